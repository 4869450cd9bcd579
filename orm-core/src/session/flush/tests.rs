//! What a flush would send, without a server.

use orm_core::prelude::*;

use crate::error::{Error, Result};
use crate::model::{NewObject, Record};
use crate::session::flush::{collect, order, plan};
use crate::session::objects::Objects;
use crate::session::slots::State;
use crate::sql::{Dialect, Flavour};

#[derive(Model)]
#[model(table = "teams")]
struct Team {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
    #[has_many]
    players: HasMany<Player>,
    #[belongs_to]
    captain: Option<BelongsTo<Captain>>,
}

#[derive(Model)]
#[model(table = "players")]
struct Player {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    team: BelongsTo<Team>,
    #[many_to_many(through = "players_skills")]
    skills: ManyToMany<Skill>,
}

#[derive(Model)]
#[model(table = "captains")]
struct Captain {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    team: BelongsTo<Team>,
    #[has_many]
    captain_of: HasMany<Team>,
}

#[derive(Model)]
#[model(table = "skills")]
struct Skill {
    #[primary_key]
    #[column(length = 20)]
    name: String,
    #[many_to_many(through = "players_skills")]
    players: ManyToMany<Player>,
}

#[derive(Model)]
#[model(table = "topics")]
struct Topic {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    parent: Option<BelongsTo<Topic>>,
}

#[derive(Model)]
#[model(table = "links")]
struct ListLink {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    next: BelongsTo<ListLink>,
    #[has_many]
    previous: HasMany<ListLink>,
}

const MARIADB: Dialect =
    Dialect { flavour: Flavour::MariaDb, version: (10, 11), key_increment: 1, max_packet: 1 << 24 };

/// Adds an object as a session does.
fn add<M: Record>(objects: &Objects, object: M) -> Handle<M> {
    let added = objects.adopt(NewObject { table: M::table(), object: Box::new(object) });
    objects.absorb(added);
    objects.handle(added.slot)
}

fn planned(objects: &Objects) -> Result<Vec<String>> {
    planned_for(objects, MARIADB)
}

fn planned_for(objects: &Objects, dialect: Dialect) -> Result<Vec<String>> {
    let changes = order::by_dependency(objects, collect::changes(objects)?)?;
    Ok(plan::steps(changes, dialect).to_string().lines().map(str::to_owned).collect())
}

fn skill(name: &str) -> Skill {
    Skill { name: name.into(), ..Skill::default() }
}

#[test]
fn parents_are_inserted_before_children_and_links_last() -> Result<()> {
    // unit-of-work 12, 13
    let objects = Objects::new();
    let mut player = Player::default();
    player.skills.extend([skill("goal"), skill("pass")]);
    let mut team = Team { name: "Reds".into(), ..Team::default() };
    team.players.push(player);
    add(&objects, team);
    let expected = [
        "insert 1 into teams (name, captain_id)",
        "insert 1 into players (team_id)",
        "insert 2 into skills (name)",
        "insert 2 into players_skills (player_id, skill_name)",
    ];
    let steps = planned(&objects)?;
    assert_eq!(steps[..3], expected[..3]);
    assert!(steps[3].starts_with("insert 2 into players_skills"), "{}", steps[3]);
    Ok(())
}

#[test]
fn what_has_no_order_of_its_own_comes_by_name_and_key() -> Result<()> {
    // Whatever came first in the program: two sessions that write the same rows lock them in the same order.
    let keys = |order: &[usize]| -> Result<Vec<String>> {
        let objects = Objects::new();
        let adds: [&dyn Fn(); 4] = [
            &|| _ = add(&objects, skill("pass")),
            &|| _ = add(&objects, Topic::default()),
            &|| _ = add(&objects, skill("goal")),
            &|| _ = add(&objects, Team { name: "Reds".into(), ..Team::default() }),
        ];
        order.iter().for_each(|&place| adds[place]());
        let ordered = order::by_dependency(&objects, collect::changes(&objects)?)?;
        let rows = ordered.inserts.into_iter().flatten();
        Ok(rows.map(|row| format!("{} {:?}", row.table.name, row.cells[0])).collect())
    };
    let expected =
        ["skills Value(Bytes(\"goal\"))", "skills Value(Bytes(\"pass\"))", "teams Generated", "topics Generated"];
    assert_eq!(keys(&[0, 1, 2, 3])?, expected);
    assert_eq!(keys(&[3, 2, 1, 0])?, expected);
    Ok(())
}

#[test]
fn a_tree_in_one_table_goes_level_by_level() -> Result<()> {
    // unit-of-work 87
    let objects = Objects::new();
    let root = add(&objects, Topic::default());
    let branch = add(&objects, Topic { parent: root.into(), ..Topic::default() });
    for _ in 0..3 {
        add(&objects, Topic { parent: branch.into(), ..Topic::default() });
    }
    add(&objects, Topic { parent: root.into(), ..Topic::default() });
    let expected =
        ["insert 1 into topics (parent_id)", "insert 2 into topics (parent_id)", "insert 3 into topics (parent_id)"];
    assert_eq!(planned(&objects)?, expected);
    Ok(())
}

#[test]
fn a_loop_is_cut_at_its_nullable_foreign_key() -> Result<()> {
    // unit-of-work 89
    let objects = Objects::new();
    let team = add(&objects, Team { name: "Reds".into(), ..Team::default() });
    let mut captain = Captain { team: team.into(), ..Captain::default() };
    captain.captain_of.push(team);
    add(&objects, captain);
    let expected = [
        "insert 1 into teams (name, captain_id)",
        "insert 1 into captains (team_id)",
        "update 1 of teams (captain_id)",
    ];
    assert_eq!(planned(&objects)?, expected);
    Ok(())
}

#[test]
fn a_loop_of_required_foreign_keys_names_the_tables() {
    let objects = Objects::new();
    let first = add(&objects, ListLink::default());
    let mut second = ListLink { next: first.into(), ..ListLink::default() };
    second.previous.push(first);
    add(&objects, second);
    let error = planned(&objects).expect_err("the loop cannot be cut");
    assert!(matches!(&error, Error::Cycle { tables } if *tables == ["links"]), "{error}");
}

#[test]
fn a_required_foreign_key_that_is_not_set_is_named() {
    let objects = Objects::new();
    add(&objects, Player::default());
    let error = planned(&objects).expect_err("the team is required");
    assert_eq!(error.to_string(), "`Player.team` is not set: give it a handle, a new object or a key before the flush");
}

#[test]
fn rows_beyond_a_chunk_take_another_statement() -> Result<()> {
    let objects = Objects::new();
    for _ in 0..1025 {
        add(&objects, Topic::default());
    }
    let sizes: Vec<String> = planned(&objects)?;
    let expected =
        ["insert 512 into", "insert 512 into", "insert 1 into"].map(|start| format!("{start} topics (parent_id)"));
    assert_eq!(sizes, expected);
    Ok(())
}

#[test]
fn lists_of_long_keys_fit_a_small_packet() -> Result<()> {
    let objects = Objects::new();
    for number in 0..5 {
        let long = add(&objects, skill(&format!("{number}{}", "x".repeat(400))));
        let mut slots = objects.store(Skill::table()).slots().borrow_mut();
        slots.get_mut(long.reference().slot).state = State::Deleting;
    }
    let steps = planned_for(&objects, Dialect { max_packet: 4096, ..MARIADB })?;
    let links = ["2", "2", "1"].map(|keys| format!("delete {keys} from players_skills (skill_id)"));
    let rows = ["2", "2", "1"].map(|keys| format!("delete {keys} from skills (name)"));
    assert_eq!(steps, [links, rows].concat());
    Ok(())
}

#[test]
fn a_pair_that_is_linked_twice_is_one_row() -> Result<()> {
    // unit-of-work 62, 66, 74
    let objects = Objects::new();
    let team = add(&objects, Team { name: "Reds".into(), ..Team::default() });
    let goal = add(&objects, skill("goal"));
    let mut player = Player { team: team.into(), ..Player::default() };
    player.skills.extend([goal, goal]);
    let pass = add(&objects, skill("pass"));
    player.skills.push(pass);
    player.skills.remove(pass);
    add(&objects, player);
    let steps = planned(&objects)?;
    assert!(steps.last().is_some_and(|step| step.starts_with("insert 1 into players_skills")), "{steps:#?}");
    Ok(())
}
