use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use http_body::{Body, Frame};

use super::{DecodeBody, DecodeStream, ReadError};
use crate::{DecodeError, Decoder, DecoderOptions, EventId, ReceivedEvent};

fn data<E: std::fmt::Debug + PartialEq>(items: Vec<Result<ReceivedEvent, E>>) -> Vec<Result<String, E>> {
    items.into_iter().map(|item| item.map(ReceivedEvent::into_data)).collect()
}

#[tokio::test]
async fn a_source_ends_with_its_first_error() {
    let chunks = [Ok("data: 1\n\nda"), Ok(""), Ok("ta: 2\n\nid: 9\ndata: 3\n"), Err("cut"), Ok("\n")];
    let mut events = DecodeStream::new(stream::iter(chunks));
    let items = data(events.by_ref().collect().await);
    assert_eq!(items, [Ok("1".into()), Ok("2".into()), Err(ReadError::Source("cut"))]);
    assert!(events.next().await.is_none());
    assert_eq!(events.into_decoder().last_event_id(), "");
}

/// A source that is always ready and says nothing lets others run.
#[tokio::test]
async fn a_source_without_events_does_not_hold_the_thread() {
    let chunks = stream::repeat(Ok::<_, Infallible>(":\n")).take(100).chain(stream::iter([Ok("data: 1\n\n")]));
    let mut events = DecodeStream::new(chunks);
    let mut pauses = 0;
    let event = std::future::poll_fn(|cx| {
        let poll = events.poll_next_unpin(cx);
        pauses += usize::from(poll.is_pending());
        poll
    });
    assert_eq!(event.await.expect("an event").expect("no error").data(), "1");
    assert_eq!(pauses, 3);
}

#[tokio::test]
async fn a_limit_is_a_typed_error_and_the_last_item() {
    let decoder = Decoder::new(DecoderOptions::default().line_bytes_max(7));
    let chunks = stream::iter([Ok::<_, Infallible>("data: 1\n\ndata: 12\n\n"), Ok("data: 3\n\n")]);
    let items = data(DecodeStream::with_decoder(chunks, decoder).collect().await);
    assert_eq!(items, [Ok("1".into()), Err(ReadError::Decode(DecodeError::LineTooLong { bytes_max: 7 }))]);
}

#[tokio::test]
async fn a_preset_id_is_inherited_from_body_to_body() {
    let mut decoder = Decoder::with_last_event_id(DecoderOptions::default(), &EventId::from(4_u8));
    for id in ["4", "5", "5"] {
        let body = if id == "5" && decoder.last_event_id() == "4" { "id: 5\ndata\n\ndata: cut" } else { "data\n\nda" };
        let mut events = DecodeStream::with_decoder(stream::iter([Ok::<_, Infallible>(body)]), decoder);
        assert_eq!(events.next().await.expect("an event").expect("no error").last_event_id(), id);
        assert!(events.next().await.is_none());
        decoder = events.into_decoder();
    }
}

/// A body of frames that consist of parts, with trailers between them.
struct Parts(VecDeque<Vec<&'static [u8]>>);

impl Body for Parts {
    type Data = bytes::buf::Chain<Bytes, Bytes>;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|parts| {
            Ok(match parts[..] {
                [a, b] => Frame::data(Bytes::from_static(a).chain(Bytes::from_static(b))),
                _ => Frame::trailers(HeaderMap::new()),
            })
        }))
    }
}

#[tokio::test]
async fn a_body_may_have_frames_of_several_parts_and_trailers() {
    let frames = [vec![&b"data: 1\n"[..], b"\ndata"], vec![], vec![b"", b": 2\r"], vec![b"\n", b"\r\n"]];
    let items = data(DecodeBody::new(Parts(frames.into())).collect().await);
    assert_eq!(items, [Ok("1".into()), Ok("2".into())]);
}
