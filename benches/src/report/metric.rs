//! What a figure says.

/// What a figure says; where [`is_rate`](Self::is_rate) more is better, and less for all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// The server's processor time for one delivered event, in nanoseconds.
    CpuPerEvent,
    /// From publishing to reading, or to the answer of who published; the middle one, in nanoseconds.
    LatencyMedian,
    /// The same, the 99th of a hundred.
    LatencyP99,
    /// The server's memory for one connection, in bytes.
    MemoryPerConnection,
    /// The server's processor time for a connection, its head and its registration, in nanoseconds.
    CpuPerConnection,
    /// The highest rate at which nothing is lost and nothing piles up, in delivered events per second.
    Rate,
    /// Events that were stored per second.
    Stored,
    /// Bytes that were read per second.
    Bytes,
    /// The server's processor time for one request, in nanoseconds.
    CpuPerRequest,
    /// What the busiest of a server's threads has of the processor time of the two busiest, from 0.5 to 1.
    BusiestThread,
    /// Processor time, in nanoseconds.
    Cpu,
    /// The time on the clock, in nanoseconds.
    Time,
    /// From the first attempt after the server's restart until every client is back, in nanoseconds.
    Return,
}

impl Metric {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CpuPerEvent => "CPU per event",
            Self::LatencyMedian => "latency, median",
            Self::LatencyP99 => "latency, p99",
            Self::MemoryPerConnection => "memory per connection",
            Self::CpuPerConnection => "CPU per connection",
            Self::Rate => "highest rate",
            Self::Stored => "events stored",
            Self::Bytes => "bytes read",
            Self::CpuPerRequest => "CPU per request",
            Self::BusiestThread => "share of the busier thread",
            Self::Cpu => "CPU",
            Self::Time => "time",
            Self::Return => "all are back after",
        }
    }

    /// Its name in JSON, with the unit.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::CpuPerEvent => "cpu_per_event_nanos",
            Self::LatencyMedian => "latency_median_nanos",
            Self::LatencyP99 => "latency_p99_nanos",
            Self::MemoryPerConnection => "memory_per_connection_bytes",
            Self::CpuPerConnection => "cpu_per_connection_nanos",
            Self::Rate => "events_per_second",
            Self::Stored => "stored_per_second",
            Self::Bytes => "bytes_per_second",
            Self::CpuPerRequest => "cpu_per_request_nanos",
            Self::BusiestThread => "busiest_thread_share",
            Self::Cpu => "cpu_nanos",
            Self::Time => "nanos",
            Self::Return => "return_nanos",
        }
    }

    /// Whether more is better.
    #[must_use]
    pub fn is_rate(self) -> bool {
        matches!(self, Self::Rate | Self::Stored | Self::Bytes)
    }

    /// Whether it says more beside another program's: shares do not.
    #[must_use]
    pub fn has_ratio(self) -> bool {
        self != Self::BusiestThread
    }

    /// A value with a unit that suits it.
    #[must_use]
    pub fn text(self, value: f64) -> String {
        let units: &[(f64, &str)] = match self {
            Self::BusiestThread => &[(0.01, "%")],
            Self::MemoryPerConnection => &[(1.0, "B"), (1e3, "KB")],
            Self::Rate | Self::Stored => &[(1.0, "/s"), (1e3, "k/s"), (1e6, "M/s")],
            Self::Bytes => &[(1.0, "B/s"), (1024.0 * 1024.0, "MiB/s"), (1024.0 * 1024.0 * 1024.0, "GiB/s")],
            _ => &[(1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")],
        };
        let (size, unit) = units.iter().rev().find(|(size, _)| value >= *size).unwrap_or(&units[0]);
        let scaled = value / size;
        let digits = if scaled < 10.0 { 2 } else { usize::from(scaled < 100.0) };
        format!("{scaled:.digits$} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::Metric;

    #[test]
    fn values_have_units() {
        let texts = [
            Metric::CpuPerEvent.text(80.0),
            Metric::CpuPerEvent.text(5_230.0),
            Metric::Return.text(12_345_678.0),
            Metric::Rate.text(2_400_000.0),
            Metric::Bytes.text(1_500_000_000.0),
            Metric::MemoryPerConnection.text(71.0),
            Metric::MemoryPerConnection.text(10_300.0),
        ];
        assert_eq!(texts, ["80.0 ns", "5.23 µs", "12.3 ms", "2.40 M/s", "1.40 GiB/s", "71.0 B", "10.3 KB"]);
    }
}
