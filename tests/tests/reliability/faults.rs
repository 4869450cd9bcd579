//! A rich commit breaks at every packet: the database has all of it or nothing, and the session goes on.

use tests::proxy::Direction::{self, ToClient, ToServer};
use tests::proxy::Kind;
use tests::reliability::faults::Stage;
use tests::reliability::{Amount, Tally};

fn tell_all(kind: Kind, direction: Direction, few: u64) -> Tally {
    let tally = Stage::new().tell_all(kind, direction, Amount::asked_for(), few);
    assert!(tally.faults > 1, "{tally:?}");
    tally
}

#[test]
fn a_request_that_does_not_arrive_undoes_all_and_loses_nothing() {
    // rule 7 of the design
    let tally = tell_all(Kind::Cut, ToServer, 14);
    assert!(tally.undone > 0 && tally.unknown_undone > 0, "{tally:?}");
    assert_eq!(tally.unknown_done, 0, "a COMMIT that does not arrive has no effect: {tally:?}");
}

#[test]
fn an_answer_that_does_not_arrive_leaves_only_a_commit_unknown() {
    // rule 7 of the design
    let tally = tell_all(Kind::DropAnswer, ToServer, 14);
    assert!(tally.undone > 0 && tally.unknown_done > 0, "{tally:?}");
    assert_eq!(tally.unknown_undone, 0, "a COMMIT that arrives has its effect: {tally:?}");
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    tell_all(Kind::Cut, ToClient, 14);
    tell_all(Kind::CutInside, ToClient, 8);
}

#[test]
fn half_a_request_and_a_connection_that_is_reset_are_lost_connections() {
    tell_all(Kind::CutInside, ToServer, 8);
    tell_all(Kind::Reset, ToServer, 8);
    tell_all(Kind::Reset, ToClient, 8);
}

#[test]
fn a_thread_that_is_killed_before_a_request_undoes_all_and_loses_nothing() {
    tell_all(Kind::KillBefore, ToServer, 10);
    tell_all(Kind::KillBefore, ToClient, 6);
}

#[test]
fn a_thread_that_is_killed_at_its_work_has_done_all_or_nothing() {
    tell_all(Kind::KillAfter, ToServer, 14);
    tell_all(Kind::KillAfter, ToClient, 6);
    tell_all(Kind::Interrupt, ToServer, 8);
}

#[test]
fn a_delay_does_no_harm() {
    for direction in [ToServer, ToClient] {
        let tally = tell_all(Kind::Delay, direction, 5);
        assert_eq!(tally.unnoticed, tally.faults, "{tally:?}");
    }
}
