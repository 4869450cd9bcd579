//! What kind of statement SQL of the user's own is, by its words: what it does to rows, to the transaction, and to the session
//! on the server.

use super::{Token, is_name, tokens};

/// What is known of a statement. It is read once, and asked for several times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nature {
    /// What it does, by its first words.
    pub(crate) effect: Effect,
    /// Whether it may leave something behind in the session on the server: a variable, a setting, a lock by name, a temporary
    /// table. What a plain statement calls is not known.
    pub(crate) touches: bool,
    /// Whether there may be a COMMIT or ROLLBACK in what it runs: a procedure, a compound or a prepared statement.
    /// (<https://mariadb.com/kb/en/using-compound-statements-outside-of-stored-programs/>)
    pub(crate) may_end_transaction: bool,
    /// Whether it locks the rows that it finds.
    pub(crate) locks: bool,
}

/// What a statement does to a session's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes no rows.
    Nothing,
    /// It may change rows.
    Rows,
    /// It changes tables and the like, or the server itself, which commits before.
    Definition,
    /// The session alone may send it, for this reason.
    OfTheSession(&'static str),
}

const ITS_TRANSACTION: &str = "the session begins and ends its transaction itself";
const ITS_CONNECTION: &str = "the connection has others before and after, who do not expect it";

/// What begins a statement that leaves nothing behind by itself.
const PLAIN: [&str; 13] = [
    "SELECT", "WITH", "TABLE", "VALUES", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "ANALYZE", "INSERT", "REPLACE",
    "UPDATE", "DELETE",
];

impl Nature {
    pub(super) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let words = words(&tokens);
        let effect = effect(&tokens, &words);
        Self {
            effect,
            touches: touches(&tokens, &words, effect),
            may_end_transaction: may_end_transaction(&words),
            locks: locks(&words),
        }
    }
}

/// Where the server commits: <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>,
/// <https://dev.mysql.com/doc/refman/9.0/en/implicit-commit.html>.
fn effect(tokens: &[Token<'_>], words: &[String]) -> Effect {
    let first = words.first().map_or("", String::as_str);
    let second = words.get(1).map_or("", String::as_str);
    match (first, second) {
        ("BEGIN", "NOT") => Effect::Rows,
        ("COMMIT" | "ROLLBACK" | "BEGIN" | "SAVEPOINT" | "RELEASE" | "XA", _) | ("START", "TRANSACTION") => {
            Effect::OfTheSession(ITS_TRANSACTION)
        }
        ("SET", _) if words.iter().any(|word| word == "AUTOCOMMIT") => Effect::OfTheSession(ITS_TRANSACTION),
        ("LOCK" | "UNLOCK" | "USE", _) => Effect::OfTheSession(ITS_CONNECTION),
        ("FLUSH", _) if follow(words, &["READ", "LOCK"]) || follow(words, &["FOR", "EXPORT"]) => {
            Effect::OfTheSession(ITS_CONNECTION)
        }
        ("CREATE" | "DROP", "TEMPORARY") => Effect::Rows,
        ("ALTER" | "CREATE" | "DROP" | "GRANT" | "RENAME" | "REVOKE" | "TRUNCATE", _)
        | ("ANALYZE" | "CHECK" | "OPTIMIZE" | "REPAIR", "TABLE" | "TABLES" | "LOCAL" | "NO_WRITE_TO_BINLOG")
        | ("CHANGE" | "CLONE" | "FLUSH" | "IMPORT" | "INSTALL" | "START" | "STOP" | "UNINSTALL", _)
        | ("CACHE" | "LOAD", "INDEX") => Effect::Definition,
        ("RESET", _) if second != "PERSIST" => Effect::Definition,
        ("SET", "PASSWORD" | "DEFAULT") if !sets_a_variable(tokens) => Effect::Definition,
        ("WITH", _) if words.iter().any(|word| matches!(word.as_str(), "UPDATE" | "DELETE")) => Effect::Rows,
        ("SELECT" | "WITH" | "TABLE" | "VALUES" | "SHOW" | "EXPLAIN" | "DESCRIBE" | "DESC" | "SET", _) => {
            Effect::Nothing
        }
        _ => Effect::Rows,
    }
}

fn touches(tokens: &[Token<'_>], words: &[String], effect: Effect) -> bool {
    let is_plain = words.first().is_some_and(|first| PLAIN.contains(&&**first));
    let code = |token: &Token<'_>| match token {
        Token::Code(code) => code.replace("@@", ""),
        Token::Verbatim(_) | Token::Mark | Token::Name(_) => String::from("x"),
    };
    let code: String = tokens.iter().map(code).collect();
    !(is_plain || effect == Effect::Definition)
        || code.trim_end().trim_end_matches(';').contains(['@', ';'])
        || words.iter().any(|word| word == "GET_LOCK")
}

fn may_end_transaction(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    matches!(first, "CALL" | "EXECUTE" | "BEGIN" | "IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE" | "FOR")
}

fn locks(words: &[String]) -> bool {
    follow(words, &["FOR", "UPDATE"]) || follow(words, &["FOR", "SHARE"]) || follow(words, &["IN", "SHARE", "MODE"])
}

/// Whether what a `SET` sets first has an `@`, as variables have.
fn sets_a_variable(tokens: &[Token<'_>]) -> bool {
    let code = code(tokens).collect::<String>().to_ascii_uppercase();
    code.split_once("SET").is_some_and(|(_, set)| set.trim_start().starts_with('@'))
}

/// Whether these words come one after the other somewhere.
fn follow(words: &[String], wanted: &[&str]) -> bool {
    words.windows(wanted.len()).any(|window| window == wanted)
}

/// What stands outside of literals, quoted names and comments, and is no parameter.
fn code<'t>(tokens: &[Token<'t>]) -> impl Iterator<Item = &'t str> {
    tokens.iter().filter_map(|token| match token {
        Token::Code(code) => Some(*code),
        Token::Verbatim(_) | Token::Mark | Token::Name(_) => None,
    })
}

/// The words of the code.
fn words(tokens: &[Token<'_>]) -> Vec<String> {
    let words = code(tokens).flat_map(|code| code.split(|c: char| !is_name(c)));
    let words = words.filter(|word| word.starts_with(|c: char| c.is_alphabetic()));
    words.map(str::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_may_leave_behind_is_known() {
        let touches = |text: &str| Nature::of(text).touches;
        for text in [
            "SELECT a FROM t WHERE b = '@c' AND d = @@version; ",
            "(SELECT 1)",
            "UPDATE t SET a = 'GET_LOCK'",
            "CREATE TABLE t (a INT)",
            "DELETE FROM t -- @a;",
        ] {
            assert!(!touches(text), "{text}");
        }
        for text in [
            "SET @a = 1",
            "SET sql_mode = ''",
            "SELECT 1 INTO @a",
            "SELECT @a := 1",
            "select get_lock('a', 1)",
            "CALL p()",
            "CREATE TEMPORARY TABLE t (a INT)",
            "CREATE TABLE t (a INT); SET sql_mode = ''",
            "DO SLEEP(0)",
        ] {
            assert!(touches(text), "{text}");
        }
    }

    #[test]
    fn the_first_words_tell_what_a_statement_does() {
        let effect = |text: &str| Nature::of(text).effect;
        for text in [
            "select 1",
            " /* UPDATE */ (SELECT 1)",
            "WITH x AS (SELECT 1) SELECT 1",
            "SET @a = 1",
            "SHOW TABLES",
            "SET @password = 1",
            "/* a */\n SET\n  @password=1",
            "SET @@default = 1",
        ] {
            assert_eq!(effect(text), Effect::Nothing, "{text}");
        }
        for text in [
            "UPDATE t SET a = 1",
            "-- SELECT\nDELETE FROM t",
            "INSERT INTO t VALUES (1) RETURNING a",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "CALL p()",
            "CREATE TEMPORARY TABLE t (a INT)",
            "BEGIN NOT ATOMIC DELETE FROM t; END",
            "ANALYZE UPDATE t SET a = 1",
            "RESET PERSIST",
            "LOAD DATA INFILE 'a' INTO TABLE t",
            "",
        ] {
            assert_eq!(effect(text), Effect::Rows, "{text}");
        }
        for text in [
            "CREATE TABLE t (a INT)",
            "alter table t ADD b INT",
            "TRUNCATE t",
            "ANALYZE TABLE t",
            "/*!40101 DROP*/ TABLE t",
            "FLUSH TABLES t",
            "SET PASSWORD FOR 'a'@'%' = 'b'",
            "set password='b'",
            "SET DEFAULT ROLE NONE TO a",
            "RESET MASTER",
            "STOP REPLICA",
            "LOAD INDEX INTO CACHE t",
        ] {
            assert_eq!(effect(text), Effect::Definition, "{text}");
        }
        for text in [
            "commit",
            "ROLLBACK TO a",
            "BEGIN",
            "START TRANSACTION",
            "SET autocommit = 1",
            "SET @@SESSION.autocommit = 1",
            "LOCK TABLES t READ",
            "USE x",
            "FLUSH TABLES WITH READ LOCK",
            "FLUSH TABLES t FOR EXPORT",
        ] {
            assert!(matches!(effect(text), Effect::OfTheSession(_)), "{text}");
        }
    }
}
