//! A second decoder, straight from the WHATWG text and as plain as can be: it sees the whole body at once, bounds
//! nothing and copies everything. The crate's decoder is compared with it.

/// What the standard says a body means.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Reference {
    /// (type, data, last event id) of each event.
    pub(crate) events: Vec<(String, String, String)>,
    pub(crate) last_event_id: String,
    /// The digits, since the standard knows no bound.
    pub(crate) retry: Option<String>,
}

/// Follows "Interpreting an event stream".
pub(crate) fn interpret(body: &[u8]) -> Reference {
    let mut reference = Reference::default();
    // "UTF-8 decode": replacement, and one byte order mark stripped.
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);

    let (mut data, mut event_type, mut id) = (String::new(), String::new(), String::new());
    for line in lines(text) {
        if line.is_empty() {
            reference.last_event_id = id.clone();
            if data.is_empty() {
                event_type = String::new();
                continue;
            }
            if data.ends_with('\n') {
                data.pop();
            }
            let kind = if event_type.is_empty() { "message".to_string() } else { event_type };
            reference.events.push((kind, data, reference.last_event_id.clone()));
            (data, event_type) = (String::new(), String::new());
            continue;
        }
        if line.starts_with(':') {
            continue;
        }
        let (field, value) = match line.find(':') {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line.as_str(), ""),
        };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event_type = value.to_string(),
            "data" => data = data + value + "\n",
            "id" if !value.contains('\0') => id = value.to_string(),
            "retry" if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) => {
                reference.retry = Some(value.to_string());
            }
            _ => {}
        }
    }
    reference
}

/// The lines that have an end.
fn lines(text: &str) -> Vec<String> {
    let (mut lines, mut line) = (vec![], String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                lines.push(std::mem::take(&mut line));
            }
            '\n' => lines.push(std::mem::take(&mut line)),
            other => line.push(other),
        }
    }
    lines
}
