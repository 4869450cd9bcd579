//! The server is killed (`kill -9`) while threads commit, and started again.

use tests::reliability::Amount;
use tests::reliability::kills::kill;

#[test]
fn what_was_acknowledged_outlives_a_kill_of_the_server() {
    let kills = match Amount::asked_for() {
        Amount::Some => 4,
        Amount::Number(number) => number,
        Amount::All => 200,
    };
    let report = kill(kills);
    assert!(report.acknowledged > kills, "{report:?}");
}
