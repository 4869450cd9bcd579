//! Conditions and terms as text.

use std::fmt::Write;

use crate::sql::dialect::literal;
use crate::sql::expression::{Edge, Expression, Frame, Window};
use crate::sql::render::{Renderer, column_name};
use crate::sql::{Comparison, Function, Operation};
use crate::value::{SqlType, Value};

impl Renderer {
    /// An expression that stands alone.
    pub(super) fn expression(&mut self, expression: &Expression) -> String {
        if let Some(name) = self.known(expression) {
            return name;
        }
        match expression {
            Expression::Column(table, column) => column_name(table.table, *column, &self.alias(*table)),
            Expression::Value(value) => self.bound(value),
            Expression::Typed(value, sql_type) => {
                self.call(&Function::cast(*sql_type), &[Expression::Value(value.clone())])
            }
            // Before a statement is sent the key has been put in; text alone does not need it.
            Expression::KeyOf(..) => self.expression(&Expression::Value(Value::NULL)),
            Expression::Position(position) => position.to_string(),
            Expression::Calculate(left, operation, right) => self.calculation(left, *operation, right),
            Expression::Compare(left, comparison, right) => self.comparison(left, *comparison, right),
            Expression::In(_, list) if list.is_empty() => "FALSE".to_owned(),
            Expression::In(one, list) => {
                let text = self.operand(one);
                let list: Vec<String> = list.iter().map(|value| self.beside(one, value)).collect();
                format!("{text} IN ({})", list.join(", "))
            }
            Expression::Between(one, low, high) => {
                let (one, low, high) = (self.operand(one), self.beside(one, low), self.beside(one, high));
                format!("{one} BETWEEN {low} AND {high}")
            }
            Expression::IsNull(one) => format!("{} IS NULL", self.operand(one)),
            Expression::And(parts) if parts.is_empty() => "TRUE".to_owned(),
            Expression::Or(parts) if parts.is_empty() => "FALSE".to_owned(),
            Expression::And(parts) => self.list(parts, " AND "),
            Expression::Or(parts) => self.list(parts, " OR "),
            Expression::Not(one) => match &**one {
                Expression::IsNull(one) => format!("{} IS NOT NULL", self.operand(one)),
                one => format!("NOT ({})", self.expression(one)),
            },
            Expression::Related { owner, relationship, condition } => {
                let relationship = &owner.table.relationships[*relationship];
                self.apart(|renderer| renderer.related(*owner, relationship, condition.as_deref()))
            }
            Expression::Call(function, parts) => self.call(function, parts),
            Expression::Case(cases, otherwise) => self.case(cases, otherwise.as_deref()),
            Expression::Over(one, window) => {
                let one = self.expression(one);
                format!("{one} OVER ({})", self.window(window))
            }
            Expression::Subquery(select) => format!("({})", self.apart(|renderer| renderer.question(select))),
            Expression::Exists(select) => format!("EXISTS ({})", self.apart(|renderer| renderer.question(select))),
            Expression::InSelect(one, select) => {
                let one = self.operand(one);
                let question = self.apart(|renderer| renderer.question(select));
                match select.is_limited() {
                    false => format!("{one} IN ({question})"),
                    // The servers know no LIMIT there. (<https://mariadb.com/kb/en/subquery-limitations/>)
                    true => format!("{one} IN (SELECT * FROM ({question}) AS `{}`)", self.free_name("limited")),
                }
            }
        }
    }

    fn bound(&mut self, value: &Value) -> String {
        self.bind([value.clone()]);
        "?".to_owned()
    }

    fn call(&mut self, function: &Function, parts: &[Expression]) -> String {
        match function {
            Function::Named(name) | Function::Aggregate(name) => format!("{name}({})", self.list(parts, ", ")),
            Function::Cast(name) => format!("CAST({} AS {name})", self.list(parts, ", ")),
            Function::Pieces(pieces) => {
                let mut text = pieces[0].to_owned();
                for (part, piece) in parts.iter().zip(&pieces[1..]) {
                    text += &self.operand(part);
                    text += piece;
                }
                text
            }
            Function::Concatenated { distinct, separator, down } => {
                let distinct = if *distinct { "DISTINCT " } else { "" };
                let (what, order) = parts.split_first().expect("a text is made of something");
                let mut text = format!("GROUP_CONCAT({distinct}{}", self.expression(what));
                let order: Vec<String> = order
                    .iter()
                    .zip(down)
                    .map(|(by, down)| self.expression(by) + if *down { " DESC" } else { "" })
                    .collect();
                if !order.is_empty() {
                    let _ = write!(text, " ORDER BY {}", order.join(", "));
                }
                // The separator cannot be a parameter. (<https://mariadb.com/kb/en/group_concat/>)
                format!("{text} SEPARATOR {})", literal(separator))
            }
        }
    }

    fn case(&mut self, cases: &[(Expression, Expression)], otherwise: Option<&Expression>) -> String {
        let mut text = "CASE".to_owned();
        for (when, then) in cases {
            let _ = write!(text, " WHEN {} THEN {}", self.expression(when), self.expression(then));
        }
        if let Some(otherwise) = otherwise {
            let _ = write!(text, " ELSE {}", self.expression(otherwise));
        }
        text + " END"
    }

    fn window(&mut self, window: &Window) -> String {
        let mut parts = Vec::new();
        if !window.partition.is_empty() {
            parts.push(format!("PARTITION BY {}", self.list(&window.partition, ", ")));
        }
        if !window.order.is_empty() {
            parts.push(self.order(&window.order, &[]).trim_start().to_owned());
        }
        if let Some(Frame { from, to }) = window.frame {
            parts.push(format!("ROWS BETWEEN {} AND {}", edge(from, "PRECEDING"), edge(to, "FOLLOWING")));
        }
        parts.join(" ")
    }

    fn calculation(&mut self, left: &Expression, operation: Operation, right: &Expression) -> String {
        let left = match left {
            Expression::Calculate(_, inner, _) if operation.binds_tighter() && !inner.binds_tighter() => {
                format!("({})", self.expression(left))
            }
            left => self.operand(left),
        };
        // Terms are read from the left, so that one on the right stands alone: `a - (b - c)`.
        let right = match right {
            Expression::Calculate(..) => format!("({})", self.expression(right)),
            right => self.operand(right),
        };
        format!("{left} {} {right}", operation.sql())
    }

    fn comparison(&mut self, left: &Expression, comparison: Comparison, right: &Expression) -> String {
        let (left, right) = (self.operand(left), self.beside(left, right));
        format!("{left} {} {right}", comparison.sql())
    }

    /// What something is compared with. Beside a column, bytes are nothing else.
    fn beside(&mut self, one: &Expression, other: &Expression) -> String {
        match (one, other) {
            (Expression::Column(..), Expression::Typed(value, SqlType::Blob)) => self.bound(value),
            (_, other) => self.operand(other),
        }
    }

    /// Several expressions, one after the other.
    pub(super) fn list(&mut self, parts: &[Expression], between: &str) -> String {
        parts.iter().map(|part| self.part(part)).collect::<Vec<_>>().join(between)
    }

    /// An expression among others: AND and OR in parentheses.
    pub(super) fn part(&mut self, part: &Expression) -> String {
        let text = self.expression(part);
        match part {
            Expression::And(parts) | Expression::Or(parts) if parts.len() > 1 => format!("({text})"),
            _ => text,
        }
    }

    /// An expression as a part of another: a condition in parentheses.
    fn operand(&mut self, expression: &Expression) -> String {
        let text = self.expression(expression);
        match expression {
            Expression::And(parts) | Expression::Or(parts) if parts.is_empty() => text,
            Expression::And(_)
            | Expression::Or(_)
            | Expression::Not(_)
            | Expression::Compare(..)
            | Expression::In(..)
            | Expression::InSelect(..)
            | Expression::Between(..)
            | Expression::IsNull(_) => format!("({text})"),
            Expression::Call(Function::Pieces(pieces), _) if pieces[0].is_empty() => format!("({text})"),
            _ => text,
        }
    }
}

fn edge(edge: Edge, unbounded: &str) -> String {
    match edge {
        Edge::Unbounded => format!("UNBOUNDED {unbounded}"),
        Edge::Before(rows) => format!("{rows} PRECEDING"),
        Edge::Current => "CURRENT ROW".to_owned(),
        Edge::After(rows) => format!("{rows} FOLLOWING"),
    }
}
