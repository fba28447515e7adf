use super::{Filter, FilterError};
use crate::event::{EventName, MessageEvent};

fn event(name: &str, data: &str) -> MessageEvent {
    let event = MessageEvent::new(data);
    if name.is_empty() { event } else { event.event_type(EventName::new(name).expect("a name")) }
}

#[test]
fn terms_say_what_passes() {
    let price = event("price", r#"{"currency":"EUR","value":1.5,"of":{"kind":"spot"},"open":true,"note":null}"#);
    for passing in [
        "type=price",
        "type=news|price",
        "type!=news",
        "data.currency=EUR",
        "data.currency=USD|EUR",
        "data.currency!=USD",
        "data.of.kind=spot",
        "data.open=true",
        "data.note=null",
        "data.value=1.5",
        "data.value>1",
        "data.value>=1.5",
        "data.value<=1.5",
        "data.value<2",
        "data.nothing!=7",
        "data.of!=spot",
        "  type=price   data.value>1 ",
    ] {
        assert!(Filter::new(passing).expect(passing).passes(&price, 1000), "{passing}");
    }
    for failing in [
        "type=news",
        "type!=price|news",
        "data.currency=USD",
        "data.currency!=EUR",
        "data.of=spot",
        "data.value>1.5",
        "data.value<1.5",
        "data.value>=1.6",
        "data.currency>1",
        "data.nothing=7",
        "data.nothing>7",
        "type=price data.value>2",
        "type=news data.value>1",
    ] {
        assert!(!Filter::new(failing).expect(failing).passes(&price, 1000), "{failing}");
    }
}

#[test]
fn data_that_is_no_json_has_nothing_and_an_event_without_a_type_is_a_message() {
    let text = event("", "{ not json");
    assert!(Filter::new("type=message").expect("a filter").passes(&text, 1000));
    assert!(!Filter::new("data.a=1").expect("a filter").passes(&text, 1000));
    assert!(Filter::new("data.a!=1").expect("a filter").passes(&text, 1000));
}

#[test]
fn data_is_looked_at_up_to_a_limit_and_passes_beyond_it() {
    let filter = Filter::new("data.a=1").expect("a filter");
    let other = event("", r#"{"a":2}"#);
    assert!(!filter.passes(&other, 7));
    assert!(filter.passes(&other, 6));
}

#[test]
fn what_is_no_filter_is_refused() {
    for text in [
        "a",
        "x=1",
        "type",
        "type>1",
        "data.=1",
        "data..a=1",
        "data.a>x",
        "data.a>NaN",
        "data.a>inf",
        "data=1",
        "=1",
        "data.a!1",
    ] {
        assert_eq!(Filter::new(text), Err(FilterError::Term { number: 1 }), "{text}");
    }
    assert_eq!(Filter::new("type=a b"), Err(FilterError::Term { number: 2 }));
}

#[test]
fn a_filter_is_bounded() {
    let longest = format!("type={}", "x".repeat(Filter::BYTES_MAX - 5));
    assert!(Filter::new(&longest).is_ok());
    assert_eq!(Filter::new(longest + "x"), Err(FilterError::TooLong { bytes_max: 512 }));
    assert!(Filter::new("type=a ".repeat(8)).is_ok());
    let terms = Err(FilterError::Terms { terms_max: 8 });
    assert_eq!((Filter::new("type=a ".repeat(9)), Filter::new(" ")), (terms.clone(), terms));
    assert!(Filter::new("data.a.b.c.d=1").is_ok());
    assert_eq!(Filter::new("data.a.b.c.d.e=1"), Err(FilterError::TooDeep { depth_max: 4 }));
}
