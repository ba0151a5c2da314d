//! How deep a statement is, read off its tokens before anything recurses over it.

use datafusion::sql::sqlparser::dialect::dialect_from_str;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use datafusion_inline::depth::Depth;

use crate::error::Outcome;
use crate::session::Session;

/// Fails with both numbers if the statement is deeper than the session allows.
pub fn check(sql: &str, session: &Session) -> Outcome<()> {
    let config = session.context.copied_config();
    let dialect = config.options().sql_parser.dialect.as_ref().to_owned();
    let Some(dialect) = dialect_from_str(dialect) else {
        return Ok(());
    };
    // What is no token the parser refuses, in its own words.
    let Ok(tokens) = Tokenizer::new(dialect.as_ref(), sql).tokenize() else {
        return Ok(());
    };
    session.limits.check("SQL statement", measure(&tokens))?;
    Ok(())
}

/// What stands between two brackets, or between CASE and END.
#[derive(Default)]
struct Level {
    case: bool,
    /// The deepest of the expressions that were read.
    deepest: Depth,
    /// The expression that is being read: AND and OR stand above its other operators.
    logical: usize,
    operators: usize,
    most_operators: usize,
    /// Operators inside the brackets of its operands.
    inside: usize,
    /// Levels of the operand that is being read, and of the deepest before it.
    nesting: usize,
    most_nesting: usize,
    /// A run of prefix operators: each nests.
    prefixes: usize,
    /// The last token ended an operand, so that a sign behind it is no prefix.
    behind_operand: bool,
    in_from: bool,
    joins: usize,
    most_joins: usize,
    set_operations: usize,
}

impl Level {
    fn operator(&mut self) {
        self.operators += 1;
        self.operand_ends();
    }

    fn logical_operator(&mut self) {
        self.logical += 1;
        self.most_operators = self.most_operators.max(self.operators);
        self.operators = 0;
        self.operand_ends();
    }

    fn operand_ends(&mut self) {
        self.most_nesting = self.most_nesting.max(self.nesting);
        self.nesting = 0;
    }

    /// An operand in brackets.
    fn operand(&mut self, inner: Depth) {
        self.nesting = self.nesting.max(inner.nesting + 1);
        self.inside = self.inside.max(inner.operators);
        self.behind_operand = true;
    }

    /// The expression ends; another may begin.
    fn separate(&mut self) {
        self.operand_ends();
        let own = self.logical + self.most_operators.max(self.operators);
        self.deepest = self.deepest.max(Depth {
            operators: own + self.inside,
            nesting: self.most_nesting,
        });
        (self.logical, self.operators, self.most_operators) = (0, 0, 0);
        (self.inside, self.most_nesting) = (0, 0);
    }

    fn join(&mut self) {
        self.joins += 1;
        self.most_joins = self.most_joins.max(self.joins);
        self.separate();
    }

    fn set_operation(&mut self) {
        self.set_operations += 1;
        self.joins = 0;
        self.in_from = false;
        self.separate();
    }

    /// What the whole is worth: joins and set operations are plan operators on top of each other.
    fn end(mut self) -> Depth {
        self.separate();
        let plan = self.most_joins + self.set_operations;
        Depth {
            operators: self.deepest.operators,
            nesting: self.deepest.nesting + plan,
        }
    }
}

/// One pass over the tokens. Left-associative operators stack up on what stands left of them; what stands in brackets
/// is an operand.
fn measure(tokens: &[Token]) -> Depth {
    let mut levels = vec![Level::default()];
    let mut subqueries = 0;
    let mut previous = Keyword::NoKeyword;
    for token in tokens {
        let keyword = match token {
            Token::Whitespace(_) => continue,
            Token::Word(word) if word.quote_style.is_none() => word.keyword,
            _ => Keyword::NoKeyword,
        };
        if *token == Token::LParen && matches!(previous, Keyword::AS | Keyword::MATERIALIZED) {
            subqueries += 1;
        }
        read(&mut levels, token, keyword);
        previous = keyword;
    }
    while levels.len() > 1 {
        close(&mut levels);
    }
    let whole = levels.pop().unwrap_or_default().end();
    // Named subqueries that use each other stack up.
    Depth {
        nesting: whole.nesting.max(subqueries),
        ..whole
    }
}

fn close(levels: &mut Vec<Level>) {
    if levels.len() > 1
        && let Some(level) = levels.pop()
        && let Some(outer) = levels.last_mut()
    {
        outer.operand(level.end());
    }
}

/// What stands behind its operand in brackets of its own, as in `a[1][2]` and `INT[][]`, is one level more each time.
fn subscript(levels: &mut Vec<Level>) {
    close(levels);
    if let Some(outer) = levels.last_mut() {
        outer.nesting += 1;
    }
}

fn read(levels: &mut Vec<Level>, token: &Token, keyword: Keyword) {
    let Some(level) = levels.last_mut() else {
        return;
    };
    let prefixes = prefix(token, keyword) && !(level.behind_operand && sign(token));
    if prefixes {
        level.prefixes += 1;
        level.nesting += usize::from(level.prefixes > 1);
    } else {
        level.prefixes = 0;
    }
    level.behind_operand = ends_operand(token, keyword);
    match token {
        Token::LParen | Token::LBracket | Token::LBrace => levels.push(Level::default()),
        Token::RParen | Token::RBracket | Token::RBrace => {
            while levels.last().is_some_and(|level| level.case) {
                close(levels);
            }
            if *token == Token::RBracket {
                subscript(levels);
            } else {
                close(levels);
            }
        }
        Token::Comma if level.in_from => level.join(),
        Token::Comma | Token::SemiColon => level.separate(),
        Token::DoubleColon => level.nesting += 1,
        Token::Word(_) => read_keyword(levels, keyword),
        Token::Number(..) | Token::Period | Token::Placeholder(_) | Token::EOF => {}
        token if literal(token) || prefixes => {}
        _ => level.operator(),
    }
}

fn read_keyword(levels: &mut Vec<Level>, keyword: Keyword) {
    let Some(level) = levels.last_mut() else {
        return;
    };
    match keyword {
        Keyword::CASE => levels.push(Level {
            case: true,
            ..Level::default()
        }),
        Keyword::END if level.case => close(levels),
        Keyword::WHEN | Keyword::THEN | Keyword::ELSE | Keyword::ON | Keyword::USING => {
            level.separate()
        }
        Keyword::AND | Keyword::OR | Keyword::XOR => level.logical_operator(),
        Keyword::DIV => level.operator(),
        Keyword::LIKE | Keyword::ILIKE | Keyword::SIMILAR | Keyword::BETWEEN => level.operator(),
        Keyword::IS | Keyword::IN | Keyword::COLLATE | Keyword::AT => level.nesting += 1,
        Keyword::JOIN => level.join(),
        Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT | Keyword::MINUS => {
            level.set_operation()
        }
        Keyword::FROM => {
            level.separate();
            level.in_from = true;
        }
        Keyword::SELECT
        | Keyword::WHERE
        | Keyword::GROUP
        | Keyword::ORDER
        | Keyword::HAVING
        | Keyword::LIMIT
        | Keyword::QUALIFY
        | Keyword::VALUES
        | Keyword::SET => {
            level.separate();
            level.in_from = false;
        }
        Keyword::EXPLAIN | Keyword::ANALYZE | Keyword::PREPARE => level.nesting += 1,
        _ => {}
    }
}

fn prefix(token: &Token, keyword: Keyword) -> bool {
    matches!(
        token,
        Token::Minus | Token::Plus | Token::Tilde | Token::ExclamationMark | Token::AtSign
    ) || matches!(keyword, Keyword::NOT | Keyword::INTERVAL | Keyword::PRIOR)
}

fn sign(token: &Token) -> bool {
    matches!(token, Token::Minus | Token::Plus)
}

/// Where this errs, one sign of a run is taken for an operator.
fn ends_operand(token: &Token, keyword: Keyword) -> bool {
    match token {
        Token::Number(..) | Token::Placeholder(_) => true,
        Token::RParen | Token::RBracket | Token::RBrace => true,
        Token::Word(_) => matches!(
            keyword,
            Keyword::NoKeyword | Keyword::END | Keyword::NULL | Keyword::TRUE | Keyword::FALSE
        ),
        token => literal(token),
    }
}

fn literal(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::DollarQuotedString(_)
            | Token::Char(_)
    )
}
