//! One class alone, with a stand-in for what it needs.

use super::{MockTasks, Report};
use oriole_testing::{Result, Test};

/// Nobody names the stand-in: the trait knows it.
///
/// Parity: RSU.1.
#[tokio::test]
async fn each_task_has_a_line() -> Result {
    let report = Test::solitary::<Report>().compile().await?;
    assert!(report.lines().is_empty(), "a stand-in has none of its own");
    report.mock::<MockTasks>().open.returns(vec!["call home"]);
    assert_eq!(report.lines(), ["- call home"]);
    Ok(())
}
