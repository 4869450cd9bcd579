//! Tables that refer to each other.

use expect_test::expect;
use orm_core::prelude::*;
use tests::{Database, returning, statements};

#[derive(Debug, Model)]
#[model(table = "teams")]
struct Team {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    captain: Option<BelongsTo<Player>>,
    #[has_many(inverse = team)]
    players: HasMany<Player>,
}

#[derive(Debug, Model)]
#[model(table = "players")]
struct Player {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    team: BelongsTo<Team>,
    #[belongs_to]
    mentor: Option<BelongsTo<Player>>,
    #[has_many(inverse = captain)]
    captain_of: HasMany<Team>,
}

#[test]
fn the_foreign_key_that_closes_the_loop_is_added_later() {
    expect![[r#"
        CREATE TABLE `teams` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `captain_id` INT NULL,
          PRIMARY KEY (`id`),
          KEY `ix_teams_captain_id` (`captain_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `players` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `team_id` INT NOT NULL,
          `mentor_id` INT NULL,
          PRIMARY KEY (`id`),
          KEY `ix_players_team_id` (`team_id`),
          KEY `ix_players_mentor_id` (`mentor_id`),
          CONSTRAINT `fk_players_team_id` FOREIGN KEY (`team_id`) REFERENCES `teams` (`id`),
          CONSTRAINT `fk_players_mentor_id` FOREIGN KEY (`mentor_id`) REFERENCES `players` (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        ALTER TABLE `teams` ADD CONSTRAINT `fk_teams_captain_id` FOREIGN KEY (`captain_id`) REFERENCES `players` (`id`);
    "#]]
    .assert_eq(&Schema::of::<Team>().ddl());
}

#[test]
fn they_are_created_and_dropped() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Team>());
    let keys = "SELECT constraint_name FROM information_schema.table_constraints \
        WHERE table_schema = DATABASE() AND constraint_type = 'FOREIGN KEY' ORDER BY 1";
    assert_eq!(database.ask(keys), ["fk_players_mentor_id", "fk_players_team_id", "fk_teams_captain_id"]);
    database.engine().drop_all(&Schema::of::<Team>())?;
    assert_eq!(database.ask("SHOW TABLES"), [""; 0]);
    Ok(())
}

#[test]
fn rows_that_refer_to_each_other_are_written_and_deleted() -> orm_core::Result<()> {
    // unit-of-work 88, 89
    let database = Database::with(&Schema::of::<Team>());
    let mut session = database.engine().session();
    let team = session.add(Team::default());
    let player = session.add(Player { team: team.into(), ..Default::default() });
    session[team].captain.set(player);
    session[player].mentor.set(player);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let id = returning(database.engine(), "`id`");
    assert_eq!(
        sent,
        [
            &format!("INSERT INTO `teams` (`captain_id`) VALUES (?){id}"),
            &format!("INSERT INTO `players` (`team_id`, `mentor_id`) VALUES (?, ?){id}"),
            "UPDATE `teams` SET `captain_id` = ? WHERE `id` = ?",
            "UPDATE `players` SET `mentor_id` = ? WHERE `id` = ?",
            "COMMIT",
        ]
    );
    assert_eq!(database.ask("SELECT captain_id FROM teams"), ["1"]);
    assert_eq!(database.ask("SELECT team_id, mentor_id FROM players"), ["1 | 1"]);
    assert_eq!(session[team].captain.key(), Some(1));
    session.delete(team);
    session.delete(player);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM teams"), ["0"]);
    Ok(())
}

#[test]
fn a_loop_of_required_foreign_keys_is_told() {
    let database = Database::with(&Schema::of::<Egg>());
    let mut session = database.engine().session();
    let egg = session.add(Egg::default());
    let hen = session.add(Hen { egg: egg.into(), ..Default::default() });
    session[egg].hen.set(hen);
    let error = session.commit().expect_err("neither can be first");
    let message = "the new rows of eggs, hens refer to each other in a loop; make one of the foreign keys nullable";
    assert_eq!(error.to_string(), message);
}

#[derive(Debug, Model)]
#[model(table = "eggs")]
struct Egg {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    hen: BelongsTo<Hen>,
}

#[derive(Debug, Model)]
#[model(table = "hens")]
struct Hen {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    egg: BelongsTo<Egg>,
}
