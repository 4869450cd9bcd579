//! Conditions and terms as text.

use crate::sql::dialect::literal;
use crate::sql::expression::{Edge, Expression, Frame, Window};
use crate::sql::render::Renderer;
use crate::sql::{Comparison, Function, Operation, Select};
use crate::value::{SqlType, Value};

impl Renderer {
    /// An expression that stands alone.
    pub(super) fn expression(&mut self, expression: &Expression) {
        if self.is_named(expression) {
            return;
        }
        match expression {
            Expression::Column(table, column) => {
                let alias = self.alias(*table);
                self.column(table.table, *column, &alias);
            }
            Expression::Value(value) => self.bound(value),
            Expression::Typed(value, sql_type) => {
                self.call(&Function::cast(*sql_type), &[Expression::Value(value.clone())]);
            }
            // Before a statement is sent the key has been put in; text alone does not need it.
            Expression::KeyOf(..) => self.bound(&Value::NULL),
            Expression::Position(position) => self.write(format_args!("{position}")),
            Expression::Calculate(left, operation, right) => self.calculation(left, *operation, right),
            Expression::Compare(left, comparison, right) => self.comparison(left, *comparison, right),
            Expression::In(_, list) if list.is_empty() => self.push("FALSE"),
            Expression::In(one, list) => {
                self.operand(one);
                self.push(" IN (");
                self.each(list, |renderer, value| renderer.beside(one, value));
                self.push(")");
            }
            Expression::Between(one, low, high) => {
                self.operand(one);
                self.push(" BETWEEN ");
                self.beside(one, low);
                self.push(" AND ");
                self.beside(one, high);
            }
            Expression::IsNull(one) => {
                self.operand(one);
                self.push(" IS NULL");
            }
            Expression::And(parts) if parts.is_empty() => self.push("TRUE"),
            Expression::Or(parts) if parts.is_empty() => self.push("FALSE"),
            Expression::And(parts) => self.list(parts, " AND "),
            Expression::Or(parts) => self.list(parts, " OR "),
            Expression::Not(one) => match &**one {
                Expression::IsNull(one) => {
                    self.operand(one);
                    self.push(" IS NOT NULL");
                }
                one => {
                    self.push("NOT ");
                    self.in_parentheses(one);
                }
            },
            Expression::Related { owner, relationship, condition } => {
                let relationship = &owner.table.relationships[*relationship];
                self.apart(|renderer| renderer.related(*owner, relationship, condition.as_deref()));
            }
            Expression::Call(function, parts) => self.call(function, parts),
            Expression::Case(cases, otherwise) => self.case(cases, otherwise.as_deref()),
            Expression::Over(one, window) => {
                self.expression(one);
                self.push(" OVER (");
                self.window(window);
                self.push(")");
            }
            Expression::Subquery(select) => self.subquery(select),
            Expression::Exists(select) => {
                self.push("EXISTS ");
                self.subquery(select);
            }
            Expression::InSelect(one, select) => {
                self.operand(one);
                self.push(" IN ");
                match select.is_limited() {
                    false => self.subquery(select),
                    // The servers know no LIMIT there. (<https://mariadb.com/kb/en/subquery-limitations/>)
                    true => {
                        self.push("(SELECT * FROM ");
                        self.subquery(select);
                        let name = self.free_name("limited");
                        self.write(format_args!(" AS `{name}`)"));
                    }
                }
            }
        }
    }

    fn subquery(&mut self, select: &Select) {
        self.push("(");
        self.apart(|renderer| renderer.question(select));
        self.push(")");
    }

    fn in_parentheses(&mut self, expression: &Expression) {
        self.push("(");
        self.expression(expression);
        self.push(")");
    }

    fn bound(&mut self, value: &Value) {
        self.bind([value.clone()]);
        self.push("?");
    }

    fn call(&mut self, function: &Function, parts: &[Expression]) {
        match function {
            Function::Named(name) | Function::Aggregate(name) => {
                self.write(format_args!("{name}("));
                self.list(parts, ", ");
                self.push(")");
            }
            Function::Cast(name) => {
                self.push("CAST(");
                self.list(parts, ", ");
                self.write(format_args!(" AS {name})"));
            }
            Function::Pieces(pieces) => {
                self.push(pieces[0]);
                for (part, piece) in parts.iter().zip(&pieces[1..]) {
                    self.operand(part);
                    self.push(piece);
                }
            }
            Function::Concatenated { distinct, separator, down } => {
                let (what, order) = parts.split_first().expect("a text is made of something");
                self.push(if *distinct { "GROUP_CONCAT(DISTINCT " } else { "GROUP_CONCAT(" });
                self.expression(what);
                self.push(if order.is_empty() { "" } else { " ORDER BY " });
                self.each(order.iter().zip(down), |renderer, (by, down)| {
                    renderer.expression(by);
                    renderer.push(if *down { " DESC" } else { "" });
                });
                // The separator cannot be a parameter. (<https://mariadb.com/kb/en/group_concat/>)
                self.write(format_args!(" SEPARATOR {})", literal(separator)));
            }
        }
    }

    fn case(&mut self, cases: &[(Expression, Expression)], otherwise: Option<&Expression>) {
        self.push("CASE");
        for (when, then) in cases {
            self.push(" WHEN ");
            self.expression(when);
            self.push(" THEN ");
            self.expression(then);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.expression(otherwise);
        }
        self.push(" END");
    }

    fn window(&mut self, window: &Window) {
        let mut space = "";
        if !window.partition.is_empty() {
            self.push("PARTITION BY ");
            self.list(&window.partition, ", ");
            space = " ";
        }
        if !window.order.is_empty() {
            self.push(space);
            self.order_by(&window.order, &[]);
            space = " ";
        }
        if let Some(Frame { from, to }) = window.frame {
            let (from, to) = (edge(from, "PRECEDING"), edge(to, "FOLLOWING"));
            self.write(format_args!("{space}ROWS BETWEEN {from} AND {to}"));
        }
    }

    fn calculation(&mut self, left: &Expression, operation: Operation, right: &Expression) {
        match left {
            Expression::Calculate(_, inner, _) if operation.binds_tighter() && !inner.binds_tighter() => {
                self.in_parentheses(left);
            }
            left => self.operand(left),
        }
        self.push(" ");
        self.push(operation.sql());
        self.push(" ");
        // Terms are read from the left, so that one on the right stands alone: `a - (b - c)`.
        match right {
            Expression::Calculate(..) => self.in_parentheses(right),
            right => self.operand(right),
        }
    }

    fn comparison(&mut self, left: &Expression, comparison: Comparison, right: &Expression) {
        self.operand(left);
        self.push(" ");
        self.push(comparison.sql());
        self.push(" ");
        self.beside(left, right);
    }

    /// What something is compared with. Beside a column, bytes are nothing else.
    fn beside(&mut self, one: &Expression, other: &Expression) {
        match (one, other) {
            (Expression::Column(..), Expression::Typed(value, SqlType::Blob)) => self.bound(value),
            (_, other) => self.operand(other),
        }
    }

    /// Several expressions, one after the other.
    pub(super) fn list(&mut self, parts: &[Expression], between: &str) {
        for (number, part) in parts.iter().enumerate() {
            self.push(if number == 0 { "" } else { between });
            self.part(part);
        }
    }

    /// An expression among others: AND and OR in parentheses.
    pub(super) fn part(&mut self, part: &Expression) {
        match part {
            Expression::And(parts) | Expression::Or(parts) if parts.len() > 1 => self.in_parentheses(part),
            _ => self.expression(part),
        }
    }

    /// An expression as a part of another: a condition in parentheses.
    fn operand(&mut self, expression: &Expression) {
        match expression {
            Expression::And(parts) | Expression::Or(parts) if parts.is_empty() => self.expression(expression),
            Expression::And(_)
            | Expression::Or(_)
            | Expression::Not(_)
            | Expression::Compare(..)
            | Expression::In(..)
            | Expression::InSelect(..)
            | Expression::Between(..)
            | Expression::IsNull(_) => self.in_parentheses(expression),
            Expression::Call(Function::Pieces(pieces), _) if pieces[0].is_empty() => self.in_parentheses(expression),
            _ => self.expression(expression),
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
