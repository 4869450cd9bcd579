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
    /// It changes tables and the like, and the server commits.
    Definition,
    /// The session alone may send it, for this reason.
    OfTheSession(&'static str),
}

const ITS_TRANSACTION: &str = "the session begins and ends its transaction itself";

/// What begins a statement that leaves nothing behind by itself.
const PLAIN: [&str; 13] = [
    "SELECT", "WITH", "TABLE", "VALUES", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "ANALYZE", "INSERT", "REPLACE",
    "UPDATE", "DELETE",
];

impl Nature {
    pub(super) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let words = words(&tokens);
        let effect = effect(&words);
        Self {
            effect,
            touches: touches(&tokens, &words, effect),
            may_end_transaction: may_end_transaction(&words),
            locks: locks(&words),
        }
    }
}

fn effect(words: &[String]) -> Effect {
    let first = words.first().map_or("", String::as_str);
    let second = words.get(1).map_or("", String::as_str);
    match (first, second) {
        ("BEGIN", "NOT") => Effect::Rows,
        ("COMMIT" | "ROLLBACK" | "BEGIN" | "SAVEPOINT" | "RELEASE" | "XA", _) | ("START", "TRANSACTION") => {
            Effect::OfTheSession(ITS_TRANSACTION)
        }
        ("SET", _) if words.iter().any(|word| word == "AUTOCOMMIT") => Effect::OfTheSession(ITS_TRANSACTION),
        ("LOCK" | "UNLOCK" | "USE", _) => {
            Effect::OfTheSession("the connection has others before and after, who do not expect it")
        }
        ("CREATE" | "DROP", "TEMPORARY") => Effect::Rows,
        ("ALTER" | "CREATE" | "DROP" | "GRANT" | "RENAME" | "REVOKE" | "TRUNCATE", _)
        | ("ANALYZE" | "CHECK" | "OPTIMIZE" | "REPAIR", "TABLE" | "TABLES" | "LOCAL" | "NO_WRITE_TO_BINLOG") => {
            Effect::Definition
        }
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
    let follow = |pair: &[&str]| words.windows(pair.len()).any(|window| window == pair);
    follow(&["FOR", "UPDATE"]) || follow(&["FOR", "SHARE"]) || follow(&["IN", "SHARE", "MODE"])
}

/// The words outside of literals, quoted names and comments.
fn words(tokens: &[Token<'_>]) -> Vec<String> {
    let code = tokens.iter().filter_map(|token| match token {
        Token::Code(code) => Some(code),
        Token::Verbatim(_) | Token::Mark | Token::Name(_) => None,
    });
    let words = code.flat_map(|code| code.split(|c: char| !is_name(c)));
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
        for text in
            ["select 1", " /* UPDATE */ (SELECT 1)", "WITH x AS (SELECT 1) SELECT 1", "SET @a = 1", "SHOW TABLES"]
        {
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
        ] {
            assert!(matches!(effect(text), Effect::OfTheSession(_)), "{text}");
        }
    }
}
