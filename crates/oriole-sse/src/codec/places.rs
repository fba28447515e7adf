//! Where an event's parts are in its text.

/// Says where data, type and last event id are in one text.
///
/// It is two whole words rather than six bytes, since an event is moved about, and moves of bytes wait for each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    order: Order,
    /// Four bytes, of which the order tells the meaning.
    packed: u32,
}

/// The order in which the parts follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
enum Order {
    /// The data, and right after it type and id: how long the type is, nothing, how long the id is, and both.
    DataTypeId,
    /// The type, the id, and the data up to the end: how long the type is, where the id is, how long, where the data is.
    TypeIdData,
    /// The same with type and id in turn.
    IdTypeData,
}

/// A part that begins in the first 255 bytes of a text, and is no longer than that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) at: u8,
    pub(super) bytes: u8,
}

impl Places {
    /// Data, this type and this id follow each other; the two have at most
    /// [`COPIED_BYTES_MAX`](super::last_id::COPIED_BYTES_MAX) bytes each.
    #[inline]
    pub(super) fn data_first(event_type: &str, id: &str) -> Self {
        let [type_bytes, ..] = event_type.len().to_le_bytes();
        let [id_bytes, ..] = id.len().to_le_bytes();
        let packed = u32::from_le_bytes([type_bytes, 0, id_bytes, type_bytes.saturating_add(id_bytes)]);
        Self { order: Order::DataTypeId, packed }
    }

    /// The data goes from there to the text's end. The type and the id come before it, as far as there are any; what is
    /// first begins the text.
    #[inline(always)]
    pub(super) fn data_last(event_type: Option<Place>, id: Option<Place>, data_at: u8) -> Self {
        let (event_type, id) = (event_type.unwrap_or_default(), id.unwrap_or_default());
        let (order, first, second) = if event_type.at > id.at {
            (Order::IdTypeData, id, event_type)
        } else {
            (Order::TypeIdData, event_type, id)
        };
        Self { order, packed: u32::from_le_bytes([first.bytes, second.at, second.bytes, data_at]) }
    }

    #[inline]
    pub(super) fn data(self, text: &str) -> &str {
        let (before, after) = self.around_data();
        // The borders are where texts were put together, or the ends of lines.
        text.get(before..text.len().saturating_sub(after)).unwrap_or_default()
    }

    /// Tells how much of the text is before the data, and how much after it.
    #[inline]
    pub(super) fn around_data(self) -> (usize, usize) {
        let [.., others] = self.packed.to_le_bytes();
        if self.order == Order::DataTypeId { (0, others.into()) } else { (others.into(), 0) }
    }

    /// Shows the type; empty if it is not in the text.
    #[inline]
    pub(super) fn event_type(self, text: &str) -> &str {
        let [first, second_at, second, others] = self.packed.to_le_bytes();
        match self.order {
            Order::DataTypeId => part(text, text.len().saturating_sub(others.into()), first),
            Order::TypeIdData => part(text, 0, first),
            Order::IdTypeData => part(text, second_at.into(), second),
        }
    }

    /// Whether the text has an id that is not empty.
    #[inline]
    pub(super) fn has_id(self) -> bool {
        let [first, _, second, _] = self.packed.to_le_bytes();
        (if self.order == Order::IdTypeData { first } else { second }) > 0
    }

    /// Shows the last event id; empty if it is not in the text.
    #[inline]
    pub(super) fn id(self, text: &str) -> &str {
        let [first, second_at, second, _] = self.packed.to_le_bytes();
        match self.order {
            Order::DataTypeId => part(text, text.len().saturating_sub(second.into()), second),
            Order::TypeIdData => part(text, second_at.into(), second),
            Order::IdTypeData => part(text, 0, first),
        }
    }
}

#[inline]
fn part(text: &str, at: usize, bytes: u8) -> &str {
    text.get(at..at + usize::from(bytes)).unwrap_or_default()
}
