//! An order that a relationship declares: every way of loading keeps to it.

use expect_test::expect;
use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Clone, Debug, PartialEq, Embed)]
struct Name {
    #[column(length = 50)]
    first: String,
    #[column(length = 50)]
    last: String,
}

#[derive(Debug, Model)]
#[model(table = "teams")]
struct Team {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(order_by(desc(born), name.last))]
    players: HasMany<Player>,
    #[many_to_many(through = "teams_cups", order_by = title)]
    cups: ManyToMany<Cup>,
}

#[derive(Debug, Model)]
#[model(table = "players")]
struct Player {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    name: Name,
    born: Option<i32>,
    #[belongs_to]
    team: Option<BelongsTo<Team>>,
}

#[derive(Debug, Model)]
#[model(table = "cups")]
struct Cup {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    title: String,
    #[many_to_many(through = "teams_cups", order_by = desc(id))]
    teams: ManyToMany<Team>,
}

fn teams() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Team>());
    database.run("INSERT INTO teams VALUES (1), (2)");
    database.run(
        "INSERT INTO players (id, born, team_id, name_first, name_last) VALUES
         (1, 1990, 1, 'A', 'zeta'), (2, 1995, 1, 'B', 'Delta'), (3, 1995, 1, 'C', 'alpha'),
         (4, NULL, 1, 'D', 'Beta'), (5, 2000, 2, 'E', 'Gamma'), (6, 1990, 1, 'F', 'Zeta')",
    );
    database.run("INSERT INTO cups VALUES (1, 'world'), (2, 'League'), (3, 'cities')");
    database.run("INSERT INTO teams_cups VALUES (1, 1), (1, 2), (1, 3), (2, 3), (2, 2)");
    let session = database.engine().session();
    (database, session)
}

fn players(team: View<'_, Team>) -> orm_core::Result<Vec<Option<i32>>> {
    Ok(team.players()?.iter().map(|player| player.id.get()).collect())
}

fn cups(team: View<'_, Team>) -> orm_core::Result<Vec<String>> {
    Ok(team.cups()?.iter().map(|cup| cup.title.clone()).collect())
}

#[test]
fn the_server_sorts_the_members() -> orm_core::Result<()> {
    // unit-of-work 136
    let (_database, session) = teams();
    let teams = session.query::<Team>().order_by(Team::id).all()?;
    let (found, sent) = statements(|| Ok::<_, orm_core::Error>([players(teams[0])?, players(teams[1])?]));
    assert_eq!(found?, [[3, 2, 1, 6, 4].map(Some).to_vec(), vec![Some(5)]], "NULL is last, and case does not count");
    expect!["SELECT `players`.`id`, `players`.`born`, `players`.`team_id`, `players`.`name_first`, `players`.`name_last` FROM `players` WHERE `players`.`team_id` IN (?, ?) ORDER BY `players`.`born` DESC, `players`.`name_last`, `players`.`id`"].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn the_server_sorts_the_links_by_what_they_lead_to() -> orm_core::Result<()> {
    // unit-of-work 136
    let (_database, session) = teams();
    let teams = session.query::<Team>().order_by(Team::id).all()?;
    let (found, sent) = statements(|| Ok::<_, orm_core::Error>([cups(teams[0])?, cups(teams[1])?]));
    assert_eq!(found?, [vec!["cities", "League", "world"], vec!["cities", "League"]]);
    expect![[r#"
        SELECT `teams_cups`.`team_id`, `teams_cups`.`cup_id` FROM `teams_cups` INNER JOIN `cups` ON `cups`.`id` = `teams_cups`.`cup_id` WHERE `teams_cups`.`team_id` IN (?, ?) ORDER BY `cups`.`title`, `cups`.`id`
        SELECT `cups`.`id`, `cups`.`title` FROM `cups` WHERE `cups`.`id` IN (?, ?, ?, ?)"#]].assert_eq(&sent.join("\n"));
    let league = session.find::<Cup>(2)?.expect("it is there");
    let ids: Vec<Option<i32>> = league.teams()?.iter().map(|team| team.id.get()).collect();
    assert_eq!(ids, [Some(2), Some(1)]);
    Ok(())
}

#[test]
fn loading_along_keeps_the_order() -> orm_core::Result<()> {
    // unit-of-work 136
    let (_database, session) = teams();
    session.query::<Player>().order_by(Player::id).all()?;
    session.query::<Cup>().order_by(Cup::id).all()?;
    let team = session.query::<Team>().filter(Team::id.eq(1)).with(Team::players).with(Team::cups).one()?;
    let (found, sent) = statements(|| Ok::<_, orm_core::Error>((players(team)?, cups(team)?)));
    let (players, cups) = found?;
    assert_eq!((players, sent.len()), ([3, 2, 1, 6, 4].map(Some).to_vec(), 0));
    assert_eq!(cups, ["cities", "League", "world"]);
    Ok(())
}

#[test]
fn new_members_take_their_place() -> orm_core::Result<()> {
    let (_database, mut session) = teams();
    let team = session.find::<Team>(1)?.expect("it is there").handle();
    assert_eq!(players(session.view(team))?.len(), 5);
    session[team].players.push(Player { born: Some(1992), ..Player::default() });
    assert_eq!(players(session.view(team))?, [3, 2, 7, 1, 6, 4].map(Some));
    Ok(())
}
