//! Questions are answered wholly or with an error.

use orm_core::{Engine, Error, Session};
use tests::Database;
use tests::proxy::{Direction, Fault, Kind, Proxy};
use tests::reliability::Amount;
use tests::reliability::reads::{Library, QUESTIONS};

#[test]
fn a_part_of_an_answer_is_never_taken_for_the_whole() {
    let library = Library::new();
    for (name, ask) in QUESTIONS {
        for (kind, few) in [(Kind::Cut, 12), (Kind::CutInside, 6), (Kind::KillAfter, 6), (Kind::Interrupt, 4)] {
            let tally = library.ask_all(ask, kind, Amount::asked_for(), few);
            assert!(tally.faults > 0, "{name}: {kind:?} {tally:?}");
            assert!(kind != Kind::Cut || tally.undone > 0, "{name}: {tally:?}");
        }
    }
}

#[test]
fn an_answer_that_has_begun_is_not_asked_for_again() -> orm_core::Result<()> {
    let database = Database::empty();
    let proxy = Proxy::before(&database);
    let engine = Engine::connect(proxy.url())?;
    let ask = |session: &Session| session.sql("SELECT 1 AS one UNION ALL SELECT 2").rows::<i32>();
    let mut asked = [0, 0];
    for at in 1.. {
        // A connection that has been used may be found dead.
        ask(&engine.session())?;
        let session = engine.session();
        proxy.arm(Some(Fault { kind: Kind::Cut, direction: Direction::ToClient, at }));
        let answer = ask(&session);
        if !proxy.heal() {
            break;
        }
        let questions = proxy.sent().len();
        match answer {
            Ok(answer) => assert_eq!((answer, questions), (vec![1, 2], 2), "packet {at}"),
            Err(error) => {
                assert!(matches!(error, Error::Connection { .. }), "{error}");
                assert_eq!(questions, 1, "packet {at}: {error}");
            }
        }
        asked[questions - 1] += 1;
    }
    assert!(asked[0] > 0 && asked[1] > 0, "{asked:?}");
    Ok(())
}
