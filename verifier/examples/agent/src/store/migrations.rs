//! The schema, as numbered steps; each runs once, under a lock, in one transaction with its note.
//!
//! All of them share the time limit of one operation (`postgres.timeout-ms`): work that takes longer
//! on a grown table belongs in a maintenance window, not here.

use tokio_postgres::Client;

use super::StoreError;

const STEPS: [&str; 2] = [
    include_str!("../../migrations/0001_reports.sql"),
    include_str!("../../migrations/0002_latest_report.sql"),
];

/// The advisory lock of all agents on one database: the bytes of "selfsame".
const LOCK: i64 = i64::from_be_bytes(*b"selfsame");

/// Brings the schema up to the steps above.
///
/// # Errors
/// A step that fails, or a schema that a newer agent has changed.
pub(super) async fn migrate(client: &mut Client) -> Result<(), StoreError> {
    let transaction = client.transaction().await?;
    transaction
        .query_one("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    // Asked first, because "IF NOT EXISTS" wants the right to create tables even where it does not.
    let absent = "SELECT to_regclass('report_schema') IS NULL";
    if transaction.query_one(absent, &[]).await?.try_get(0)? {
        let create = "CREATE TABLE report_schema (step integer PRIMARY KEY, \
             applied_at timestamptz NOT NULL DEFAULT now())";
        transaction.batch_execute(create).await?;
    }
    let newest = "SELECT coalesce(max(step), 0) FROM report_schema";
    let at: i32 = transaction.query_one(newest, &[]).await?.try_get(0)?;
    for (step, sql) in pending(at)? {
        transaction.batch_execute(sql).await?;
        let note = "INSERT INTO report_schema (step) VALUES ($1)";
        transaction.execute(note, &[&step]).await?;
        tracing::info!(step, "schema step applied");
    }
    Ok(transaction.commit().await?)
}

/// The steps after `at`, with their numbers from 1.
fn pending(at: i32) -> Result<impl Iterator<Item = (i32, &'static str)>, StoreError> {
    let known = STEPS.len();
    let done = usize::try_from(at).ok().filter(|done| *done <= known);
    let done = done.ok_or_else(|| {
        StoreError::new(format!(
            "the schema is at step {at}, this agent knows {known}"
        ))
    })?;
    Ok((1..).zip(STEPS).skip(done))
}

#[cfg(test)]
mod tests {
    use super::{STEPS, pending};

    #[test]
    fn only_steps_after_the_newest_are_pending() {
        let numbers = |at| {
            pending(at)
                .expect("known")
                .map(|(n, _)| n)
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(0), [1, 2]);
        assert_eq!(numbers(1), [2]);
        assert_eq!(numbers(2), [0_i32; 0]);
        assert_eq!(STEPS.len(), 2);
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let error = pending(3).err().expect("refused").to_string();
        assert_eq!(error, "the schema is at step 3, this agent knows 2");
    }
}
