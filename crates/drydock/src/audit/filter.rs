//! The filter of an audit log query: a condition as SQL has it after `WHERE`, over the attributes of an event.
//!
//! `action_name = 'items.update' AND (actor.type <> 'user' OR request.path LIKE '/items/%') AND NOT response.status IN (404, 422)`

use serde_json::Value;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(String, Comparison, Value),
    In(String, Vec<Value>),
    IsNull(String),
    Like(String, String),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FilterError {
    #[error("the filter ends where {expected} was expected")]
    End { expected: &'static str },
    #[error("`{found}` stands where {expected} was expected")]
    Unexpected {
        found: String,
        expected: &'static str,
    },
    #[error("`{0}` is nothing an event has")]
    Unknown(String),
    #[error("a text is not closed")]
    Unclosed,
    #[error("the filter has more than {MAX_DEPTH} conditions inside each other")]
    TooDeep,
}

/// What events can be asked for, beside `occurred_at`.
const NAMES: [&str; 13] = [
    "action_name",
    "actor.type",
    "actor.id",
    "actor.name",
    "role.id",
    "role.name",
    "environment.id",
    "environment.primary",
    "request.path",
    "request.method",
    "request.id",
    "response.status",
    "occurred_at",
];

/// Parentheses and negations inside each other.
const MAX_DEPTH: usize = 50;

impl Condition {
    /// Reads a condition.
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
        };
        let condition = parser.any()?;
        match parser.next() {
            None => Ok(condition),
            Some(token) => Err(unexpected(&token, "AND, OR or the end")),
        }
    }

    /// Whether an event fulfils it. `event` has the attributes, and `occurred_at`.
    pub(crate) fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(event)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(event)),
            Self::Not(condition) => !condition.holds(event),
            Self::Compare(name, comparison, value) => {
                compare(&read(event, name), *comparison, value)
            }
            Self::In(name, values) => {
                let found = read(event, name);
                values
                    .iter()
                    .any(|value| compare(&found, Comparison::Equal, value))
            }
            Self::IsNull(name) => read(event, name).is_null(),
            Self::Like(name, pattern) => read(event, name)
                .as_str()
                .is_some_and(|text| like(text, pattern)),
        }
    }
}

fn read(event: &Value, name: &str) -> Value {
    let mut found = event;
    for part in name.split('.') {
        found = &found[part];
    }
    found.clone()
}

fn compare(found: &Value, comparison: Comparison, value: &Value) -> bool {
    let order = match (found, value) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (one, other) => one
            .as_f64()
            .zip(other.as_f64())
            .and_then(|(one, other)| one.partial_cmp(&other)),
    };
    // As in SQL, what cannot be compared is neither equal nor different.
    order.is_some_and(|order| match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

/// `%` is any text, `_` any character; case does not matter.
fn like(text: &str, pattern: &str) -> bool {
    let mut regex = String::from("(?is)^");
    for c in pattern.chars() {
        match c {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    regex::Regex::new(&regex).is_ok_and(|regex| regex.is_match(text))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

const SIGNS: [&str; 11] = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else if first == '\'' || first == '"' {
            let (text, after) = quoted(rest, first)?;
            tokens.push(Token::Text(text));
            rest = after;
        } else {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(FilterError::Unexpected {
                    found: first.to_string(),
                    expected: "a name, a value or a sign",
                });
            }
            let word = &rest[..end];
            tokens.push(match word.parse() {
                Ok(number) if !first.is_alphabetic() => Token::Number(number),
                Ok(_) | Err(_) => Token::Word(word.to_owned()),
            });
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// A text between quotes; a doubled quote is one.
fn quoted(text: &str, quote: char) -> Result<(String, &str), FilterError> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            value.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            value.push(quote);
        } else {
            return Ok((value, &text[at + 1..]));
        }
    }
    Err(FilterError::Unclosed)
}

fn unexpected(token: &Token, expected: &'static str) -> FilterError {
    let found = match token {
        Token::Word(word) => word.clone(),
        Token::Text(text) => format!("'{text}'"),
        Token::Number(number) => number.to_string(),
        Token::Sign(sign) => (*sign).to_owned(),
    };
    FilterError::Unexpected { found, expected }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes the word, if it comes next.
    fn takes(&mut self, word: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), FilterError> {
        match self.next() {
            Some(Token::Sign(found)) if found == sign => Ok(()),
            Some(token) => Err(unexpected(&token, sign)),
            None => Err(FilterError::End { expected: sign }),
        }
    }

    fn any(&mut self) -> Result<Condition, FilterError> {
        let mut conditions = vec![self.all()?];
        while self.takes("OR") {
            conditions.push(self.all()?);
        }
        Ok(Condition::Any(conditions))
    }

    fn all(&mut self) -> Result<Condition, FilterError> {
        let mut conditions = vec![self.one()?];
        while self.takes("AND") {
            conditions.push(self.one()?);
        }
        Ok(Condition::All(conditions))
    }

    fn one(&mut self) -> Result<Condition, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        let condition = self.nested();
        self.depth -= 1;
        condition
    }

    fn nested(&mut self) -> Result<Condition, FilterError> {
        if self.takes("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.tokens.get(self.at) == Some(&Token::Sign("(")) {
            self.at += 1;
            let inner = self.any()?;
            self.sign(")")?;
            return Ok(inner);
        }
        let name = match self.next() {
            Some(Token::Word(name)) if NAMES.contains(&name.as_str()) => name,
            Some(Token::Word(name)) => return Err(FilterError::Unknown(name)),
            Some(token) => return Err(unexpected(&token, "a name")),
            None => return Err(FilterError::End { expected: "a name" }),
        };
        self.about(name)
    }

    fn about(&mut self, name: String) -> Result<Condition, FilterError> {
        if self.takes("IS") {
            let negated = self.takes("NOT");
            if !self.takes("NULL") {
                return Err(self.missing("NULL"));
            }
            return Ok(negate(Condition::IsNull(name), negated));
        }
        let negated = self.takes("NOT");
        if self.takes("LIKE") {
            let Value::String(pattern) = self.value()? else {
                return Err(self.missing("a text"));
            };
            return Ok(negate(Condition::Like(name, pattern), negated));
        }
        if self.takes("IN") {
            self.sign("(")?;
            let mut values = vec![self.value()?];
            while self.tokens.get(self.at) == Some(&Token::Sign(",")) {
                self.at += 1;
                values.push(self.value()?);
            }
            self.sign(")")?;
            return Ok(negate(Condition::In(name, values), negated));
        }
        if negated {
            return Err(self.missing("LIKE or IN"));
        }
        let comparison = match self.next() {
            Some(Token::Sign("=" | "==")) => Comparison::Equal,
            Some(Token::Sign("<>" | "!=")) => Comparison::NotEqual,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::LessOrEqual,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::GreaterOrEqual,
            Some(token) => return Err(unexpected(&token, "a comparison")),
            None => return Err(self.missing("a comparison")),
        };
        Ok(Condition::Compare(name, comparison, self.value()?))
    }

    fn value(&mut self) -> Result<Value, FilterError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text.into()),
            Some(Token::Number(number)) => Ok(number.into()),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Ok(true.into()),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Ok(false.into()),
            Some(token) => Err(unexpected(&token, "a value")),
            None => Err(FilterError::End {
                expected: "a value",
            }),
        }
    }

    /// What comes next is not what was expected.
    fn missing(&mut self, expected: &'static str) -> FilterError {
        match self.tokens.get(self.at) {
            Some(token) => unexpected(token, expected),
            None => FilterError::End { expected },
        }
    }
}

fn negate(condition: Condition, negated: bool) -> Condition {
    if negated {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Condition, FilterError};

    fn holds(filter: &str) -> bool {
        let event = json!({
            "action_name": "items.update", "actor": {"type": "user", "name": "Ada O'Neill"}, "role": null,
            "environment": {"id": "main", "primary": true}, "request": {"path": "/items/1", "method": "PUT"},
            "response": {"status": 422}, "occurred_at": "2026-01-05T09:00:00.000Z",
        });
        Condition::parse(filter).unwrap().holds(&event)
    }

    #[test]
    fn conditions_are_judged_as_sql_judges_them() {
        for (filter, expected) in [
            ("action_name = 'items.update'", true),
            (
                "action_name = 'items.update' AND actor.type <> 'user'",
                false,
            ),
            (
                "actor.type = 'sso_user' or environment.primary = true and response.status >= 400",
                true,
            ),
            (
                "(actor.type = 'sso_user' OR environment.primary = true) AND response.status < 400",
                false,
            ),
            ("actor.name = 'Ada O''Neill'", true),
            ("request.path LIKE '/ITEMS/_'", true),
            ("request.path not like '/items/%'", false),
            ("NOT response.status IN (404, 500)", true),
            ("role.id IS NULL AND environment.id IS NOT NULL", true),
            ("role.id = 'x' OR role.id <> 'x'", false),
            ("occurred_at > '2026-01-05'", true),
        ] {
            assert_eq!(holds(filter), expected, "{filter}");
        }
    }

    #[test]
    fn what_is_no_condition_is_named() {
        let refused = |filter: &str| Condition::parse(filter).unwrap_err().to_string();
        insta::assert_snapshot!(refused("color = 'red'"), @"`color` is nothing an event has");
        insta::assert_snapshot!(refused("actor.id ="), @"the filter ends where a value was expected");
        insta::assert_snapshot!(refused("actor.id = 'x' ; DROP"), @"`;` stands where a name, a value or a sign was expected");
        insta::assert_snapshot!(refused("actor.id = 'x"), @"a text is not closed");
        insta::assert_snapshot!(refused("actor.id = 'x' actor.id"), @"`actor.id` stands where AND, OR or the end was expected");
        insta::assert_snapshot!(refused("actor.id NOT 'x'"), @"`'x'` stands where LIKE or IN was expected");
        let deep = "(".repeat(100_000);
        assert_eq!(Condition::parse(&deep), Err(FilterError::TooDeep));
    }
}
