//! SQL of the user's own: where its parameters stand, and what is put there.

mod nature;

use crate::error::{Error, Result};
use crate::sql::render::condition;
use crate::sql::{Expression, Statement};
use crate::value::Value;

pub(crate) use nature::{Effect, Nature};

/// A text, and what is bound to it.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    text: String,
    nature: Nature,
    positional: Vec<Value>,
    named: Vec<(String, Bound)>,
}

/// What takes the place of a `:name`.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    /// A value.
    Value(Value),
    /// Values with commas between them.
    List(Vec<Value>),
    /// A condition.
    Condition(Expression),
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    /// SQL without parameters.
    Code(&'t str),
    /// A literal, a quoted name, or a comment: the server alone reads it.
    Verbatim(&'t str),
    /// `?`
    Mark,
    /// `:name`
    Name(&'t str),
}

impl Raw {
    pub(crate) fn new(text: String) -> Self {
        Self { nature: Nature::of(&text), text, positional: Vec::new(), named: Vec::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn bind(&mut self, value: Value) {
        self.positional.push(value);
    }

    pub(crate) fn bind_as(&mut self, name: &str, bound: Bound) {
        self.named.push((name.to_owned(), bound));
    }

    /// The conditions, to be put into final form.
    pub(crate) fn conditions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.named.iter_mut().filter_map(|(_, bound)| match bound {
            Bound::Condition(condition) => Some(condition),
            Bound::Value(_) | Bound::List(_) => None,
        })
    }

    /// The number of its `?`, and the names after `:`, each once.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn parameters(&self) -> (usize, Vec<String>) {
        let (mut marks, mut names) = (0, Vec::new());
        for token in tokens(&self.text) {
            match token {
                Token::Mark => marks += 1,
                Token::Name(name) if names.iter().all(|other| other != name) => names.push(name.to_owned()),
                Token::Name(_) | Token::Code(_) | Token::Verbatim(_) => {}
            }
        }
        (marks, names)
    }

    /// Whether parameters and what is bound fit.
    ///
    /// # Errors
    /// [`Error::Sql`]: they do not.
    pub(crate) fn check(&self) -> Result<()> {
        let tokens = tokens(&self.text);
        let marks = tokens.iter().filter(|token| **token == Token::Mark).count();
        if marks != self.positional.len() {
            let bound = self.positional.len();
            return Err(self.refused(format!("it has {marks} `?`, and {bound} values are bound in order")));
        }
        for token in &tokens {
            if let Token::Name(name) = token
                && self.named.iter().all(|(other, _)| other != name)
            {
                return Err(self.refused(format!("nothing is bound to `:{name}`")));
            }
        }
        for (place, (name, _)) in self.named.iter().enumerate() {
            if !tokens.contains(&Token::Name(name)) {
                return Err(self.refused(format!("something is bound to `:{name}`, which is not there")));
            }
            if self.named[..place].iter().any(|(other, _)| other == name) {
                return Err(self.refused(format!("something is bound to `:{name}` twice")));
            }
        }
        Ok(())
    }

    /// The statement, with a `?` for every value; it was [`check`](Self::check)ed.
    pub(crate) fn statement(&self) -> Statement {
        let mut positional = self.positional.iter();
        let mut statement = Written { text: String::with_capacity(self.text.len()), parameters: Vec::new() };
        for token in tokens(&self.text) {
            match token {
                Token::Code(text) | Token::Verbatim(text) => statement.text.push_str(text),
                Token::Mark => statement.put_all(positional.next()),
                Token::Name(name) => statement.put(self.bound(name)),
            }
        }
        Statement::new(statement.text, statement.parameters)
    }

    /// What kind of statement it is.
    pub(crate) fn nature(&self) -> Nature {
        self.nature
    }

    /// The error that something is wrong with the statement.
    pub(crate) fn refused(&self, reason: impl Into<String>) -> Error {
        Error::Sql { reason: reason.into(), statement: self.text.clone() }
    }

    fn bound(&self, name: &str) -> &Bound {
        let found = self.named.iter().find(|(other, _)| other == name);
        found.map(|(_, bound)| bound).expect("a statement is checked before it is written")
    }
}

/// A statement that is being written.
struct Written {
    text: String,
    parameters: Vec<Value>,
}

impl Written {
    fn put(&mut self, bound: &Bound) {
        match bound {
            Bound::Value(value) => self.put_all([value]),
            // The servers know no empty list; nothing is equal to NULL.
            Bound::List(values) if values.is_empty() => self.text.push_str("NULL"),
            Bound::List(values) => self.put_all(values),
            Bound::Condition(expression) => {
                let (text, parameters) = condition(expression);
                self.text.push_str(&format!("({text})"));
                self.parameters.extend(parameters);
            }
        }
    }

    fn put_all<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        for (place, value) in values.into_iter().enumerate() {
            self.text.push_str(if place == 0 { "?" } else { ", ?" });
            self.parameters.push(value.clone());
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut code = 0;
    while let Some(next) = rest[code..].chars().next() {
        let here = &rest[code..];
        let (token, length) = match special(here) {
            Some(special) => special,
            None => {
                // No parameter begins with the second colon of two.
                code += if here.starts_with("::") { 2 } else { next.len_utf8() };
                continue;
            }
        };
        if code > 0 {
            tokens.push(Token::Code(&rest[..code]));
        }
        tokens.push(token);
        rest = &here[length..];
        code = 0;
    }
    if !rest.is_empty() {
        tokens.push(Token::Code(rest));
    }
    tokens
}

/// What is no code at the beginning of a text, and its length.
fn special(text: &str) -> Option<(Token<'_>, usize)> {
    let verbatim = |length: usize| Some((Token::Verbatim(&text[..length]), length));
    match text.as_bytes() {
        [b'?', ..] => Some((Token::Mark, 1)),
        [b':', ..] => {
            let name = &text[1..];
            let length = name.find(|c| !is_name(c)).unwrap_or(name.len());
            let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
            is_name.then(|| (Token::Name(&name[..length]), 1 + length))
        }
        [quote @ (b'\'' | b'"' | b'`'), ..] => verbatim(quoted(text, *quote)),
        [b'#', ..] => verbatim(until(text, "\n")),
        // (<https://dev.mysql.com/doc/refman/9.0/en/comments.html>)
        [b'-', b'-', after, ..] if after.is_ascii_whitespace() => verbatim(until(text, "\n")),
        // The server reads what stands in `/*! … */`, and so in MariaDB's `/*M! … */`.
        [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => None,
        [b'/', b'*', ..] => verbatim(2 + until(&text[2..], "*/")),
        _ => None,
    }
}

/// The length of what begins with a quote. A quote inside is doubled or, in a literal, comes after a backslash.
fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut place = 1;
    while place < bytes.len() {
        match bytes[place] {
            b'\\' if quote != b'`' => place += 2,
            byte if byte == quote && bytes.get(place + 1) == Some(&quote) => place += 2,
            byte if byte == quote => return place + 1,
            _ => place += 1,
        }
    }
    bytes.len()
}

fn until(text: &str, end: &str) -> usize {
    text.find(end).map_or(text.len(), |place| place + end.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str, positional: &[i64], named: &[(&str, Bound)]) -> Result<(String, Vec<Value>), String> {
        let mut raw = Raw::new(text.to_owned());
        positional.iter().for_each(|&value| raw.bind(value.into()));
        named.iter().for_each(|(name, bound)| raw.bind_as(name, bound.clone()));
        raw.check().map_err(|error| error.to_string())?;
        let statement = raw.statement();
        Ok((statement.text.to_string(), statement.parameters))
    }

    #[test]
    fn each_parameter_becomes_a_mark_for_each_of_its_values() {
        let list = |values: &[i64]| Bound::List(values.iter().map(|&value| value.into()).collect());
        let text = "SELECT :a, ? FROM t WHERE x IN (:some) AND y IN (:none) AND :a < ?";
        assert_eq!(
            bound(text, &[1, 2], &[("a", Bound::Value(7.into())), ("some", list(&[8, 9])), ("none", list(&[]))]),
            Ok((
                "SELECT ?, ? FROM t WHERE x IN (?, ?) AND y IN (NULL) AND ? < ?".to_owned(),
                [7, 1, 8, 9, 7, 2].map(Value::from).to_vec()
            ))
        );
    }

    #[test]
    fn literals_quoted_names_and_comments_have_no_parameters() {
        for text in [
            r"SELECT ':a ?', 'it''s :a', 'it\'s :a', '\\', '?'",
            r#"SELECT "a ""?"" :a", `:a ``?` FROM t"#,
            "SELECT 1 -- :a ?\n, 2 # :a ?\n, 3 /* :a '? */, 5--\t:a",
            "SELECT @a := 1, a::b, '…' AS `Größe :a`",
            "SELECT '?",
            "SELECT 1 /* ?",
            "SELECT 1 # ?",
            "",
        ] {
            assert_eq!(bound(text, &[], &[]), Ok((text.to_owned(), Vec::new())));
        }
        let text = "SELECT ü:größe, 2--?, a--:b /*!50000 , ? */";
        let named = ["größe", "b"].map(|name| (name, Bound::Value(0.into())));
        assert_eq!(
            bound(text, &[1, 2], &named).map(|(text, _)| text),
            Ok("SELECT ü?, 2--?, a--? /*!50000 , ? */".into())
        );
    }

    #[test]
    fn parameters_and_values_that_do_not_fit_are_told() {
        let value = || Bound::Value(1.into());
        let told = |text, positional: &[i64], named: &[(&str, Bound)]| {
            bound(text, positional, named).expect_err("something is wrong").replace("the SQL cannot be sent: ", "")
        };
        assert_eq!(told("SELECT ?, ?", &[1], &[]), "it has 2 `?`, and 1 values are bound in order; in: SELECT ?, ?");
        assert_eq!(told("SELECT 1", &[1], &[]), "it has 0 `?`, and 1 values are bound in order; in: SELECT 1");
        assert_eq!(told("SELECT :a", &[], &[]), "nothing is bound to `:a`; in: SELECT :a");
        assert_eq!(
            told("SELECT ':a'", &[], &[("a", value())]),
            "something is bound to `:a`, which is not there; in: SELECT ':a'"
        );
        assert_eq!(
            told("SELECT :a", &[], &[("a", value()), ("a", value())]),
            "something is bound to `:a` twice; in: SELECT :a"
        );
    }
}
