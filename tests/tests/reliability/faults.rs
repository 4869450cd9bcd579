//! A rich commit breaks at every packet: the database has all of it or nothing, and the session goes on.

use std::thread;
use std::time::Duration;

use tests::proxy::Direction::{self, ToClient, ToServer};
use tests::proxy::{Fault, Kind};
use tests::reliability::faults::{Stage, Then, Way};
use tests::reliability::{Amount, End, Tally};

fn tell_all(way: Way, kind: Kind, direction: Direction, few: u64) -> Tally {
    let tally = Stage::new(way).tell_all(kind, direction, Amount::asked_for(), few);
    assert!(tally.faults > 1, "{way:?} {kind:?} {direction:?}: {tally:?}");
    tally
}

#[test]
fn a_request_that_does_not_arrive_undoes_all_and_loses_nothing() {
    // rule 7 of the design
    let tally = tell_all(Way::Plain, Kind::Cut, ToServer, 14);
    assert!(tally.undone > 0 && tally.unknown_undone > 0, "{tally:?}");
    assert_eq!(tally.unknown_done, 0, "a COMMIT that does not arrive has no effect: {tally:?}");
}

#[test]
fn an_answer_that_does_not_arrive_leaves_only_a_commit_unknown() {
    // rule 7 of the design
    let tally = tell_all(Way::Plain, Kind::DropAnswer, ToServer, 14);
    assert!(tally.undone > 0 && tally.unknown_done > 0, "{tally:?}");
    assert_eq!(tally.unknown_undone, 0, "a COMMIT that arrives has its effect: {tally:?}");
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    tell_all(Way::Plain, Kind::Cut, ToClient, 12);
    tell_all(Way::Plain, Kind::CutInside, ToClient, 6);
}

#[test]
fn half_a_request_and_a_connection_that_is_reset_are_lost_connections() {
    tell_all(Way::Plain, Kind::CutInside, ToServer, 6);
    tell_all(Way::Plain, Kind::Reset, ToServer, 6);
    tell_all(Way::Plain, Kind::Reset, ToClient, 6);
}

#[test]
fn a_thread_that_is_killed_before_a_request_undoes_all_and_loses_nothing() {
    tell_all(Way::Plain, Kind::KillBefore, ToServer, 8);
    tell_all(Way::Plain, Kind::KillBefore, ToClient, 4);
}

#[test]
fn a_thread_that_is_killed_at_its_work_has_done_all_or_nothing() {
    tell_all(Way::Plain, Kind::KillAfter, ToServer, 12);
    tell_all(Way::Plain, Kind::KillAfter, ToClient, 4);
    tell_all(Way::Plain, Kind::Interrupt, ToServer, 8);
}

#[test]
fn silence_is_a_lost_connection_when_its_time_is_over() {
    let tell = |direction, place: fn(u64) -> u64| {
        let mut stage = Stage::with_read_timeout(Way::Plain, Duration::from_secs(4));
        let at = place(stage.packets(direction));
        stage.tell(Fault { kind: Kind::Stall, direction, at }, Then::GoOn)
    };
    let ends = thread::scope(|scope| {
        let in_the_middle = scope.spawn(|| tell(ToServer, |last| last / 2));
        let at_the_commit = scope.spawn(|| tell(ToServer, |last| last));
        let after_the_commit = scope.spawn(|| tell(ToClient, |last| last));
        [in_the_middle, at_the_commit, after_the_commit].map(|told| told.join().expect("all holds"))
    });
    assert_eq!(ends, [End::Undone, End::UnknownUndone, End::UnknownDone]);
}

#[test]
fn a_delay_does_no_harm() {
    for (way, direction) in [(Way::Plain, ToServer), (Way::Closure, ToClient)] {
        let tally = tell_all(way, Kind::Delay, direction, 5);
        assert_eq!(tally.unnoticed, tally.faults, "{tally:?}");
    }
}

#[test]
fn a_connection_that_takes_the_place_of_a_dead_one_may_break_too() {
    let mut stage = Stage::new(Way::Reconnecting);
    // The greeting, the login and the settings of the connection, and a bit more.
    for (direction, packets) in [(ToServer, 5), (ToClient, 12)] {
        for kind in [Kind::Cut, Kind::CutInside, Kind::KillAfter] {
            for at in 1..=packets {
                let then = if at % 2 == 0 { Then::GoOn } else { Then::RollBack };
                let end = stage.tell(Fault { kind, direction, at }, then);
                assert!(matches!(end, End::Undone | End::Unnoticed), "{kind:?} {direction:?} {at}: {end:?}");
            }
        }
    }
}

#[test]
fn savepoints_are_lost_with_their_transaction() {
    tell_all(Way::Savepoints, Kind::Cut, ToServer, 10);
    tell_all(Way::Savepoints, Kind::Cut, ToClient, 4);
    tell_all(Way::Savepoints, Kind::DropAnswer, ToServer, 8);
    tell_all(Way::Savepoints, Kind::KillBefore, ToServer, 6);
    tell_all(Way::Savepoints, Kind::KillAfter, ToServer, 6);
    tell_all(Way::Savepoints, Kind::Interrupt, ToServer, 4);
}

#[test]
fn a_closure_runs_again_unless_its_commit_is_unknown() {
    for kind in [Kind::Cut, Kind::DropAnswer, Kind::KillBefore] {
        let tally = tell_all(Way::Closure, kind, ToServer, 8);
        assert_eq!(tally.undone, 0, "each lost connection was overcome: {tally:?}");
        assert!(tally.unnoticed > 0 && tally.unknown_done + tally.unknown_undone > 0, "{tally:?}");
    }
    tell_all(Way::Closure, Kind::Cut, ToClient, 4);
    tell_all(Way::Closure, Kind::KillAfter, ToServer, 4);
}
