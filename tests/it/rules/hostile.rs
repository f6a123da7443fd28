//! Expressions that nobody writes in good faith: each is refused with words, within a small stack.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use windvane::rules::{ExpressionError, compile_any};

use super::signals::Signals;

/// A quarter of what the threads of the program have.
const STACK_BYTES: usize = 512 * 1024;

fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .name("small stack".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap()
}

fn refusal(source: &str) -> ExpressionError {
    let errors = compile_any(source, &Signals::default()).expect_err("refused");
    errors.into_iter().next().expect("a reason")
}

#[test]
fn an_expression_nested_100000_deep_is_refused_as_too_long() {
    on_a_small_stack(|| {
        for (open, close) in [
            ("(", ")"),
            ("!", ""),
            ("-", ""),
            ("abs(", ")"),
            ("n0 in [", "]"),
            ("b0 ? 1 : ", ""),
            ("1 + ", ""),
            ("b0 && ", ""),
        ] {
            let source = format!("{}n0{}", open.repeat(100_000), close.repeat(100_000));
            let error = refusal(&source);
            assert!(error.message.contains("8192 is the most"), "{error:?}");
        }
    });
}

#[test]
fn brackets_and_conditionals_beyond_32_deep_are_refused() {
    on_a_small_stack(|| {
        for (open, end) in [("(", ")"), ("abs(", ")"), ("b0 ? 1 : ", "")] {
            let source = |depth: usize| format!("{}1{}", open.repeat(depth), end.repeat(depth));
            assert!(compile_any(&source(32), &Signals::default()).is_ok());
            let error = refusal(&source(33));
            assert!(error.message.contains("more than 32 deep"), "{error:?}");
        }
    });
}

#[test]
fn a_chain_of_operators_compiles_up_to_128_of_them() {
    on_a_small_stack(|| {
        for (first, more) in [("n0", " + n1"), ("b0", " == b1"), ("b0", " || n0 > 1")] {
            let source = |count: usize| format!("{first}{}", more.repeat(count));
            assert!(compile_any(&source(128), &Signals::default()).is_ok());
            let error = refusal(&source(129));
            assert!(
                error.message.contains("more than 128 operators"),
                "{error:?}"
            );
        }
        let conditions = vec!["b0"; 1300].join(" || ");
        assert!(compile_any(&conditions, &Signals::default()).is_ok());
    });
}

#[test]
fn long_lists_and_calls_compile() {
    on_a_small_stack(|| {
        let numbers = vec!["1"; 2000].join(", ");
        for source in [format!("n0 in [{numbers}]"), format!("min(n0, {numbers})")] {
            assert!(compile_any(&source, &Signals::default()).is_ok());
        }
    });
}

fn assert_sound(source: &str, errors: &[ExpressionError]) {
    assert!(!errors.is_empty(), "{source:?} failed without a reason");
    assert!(errors.len() <= 100, "{source:?}: {} reasons", errors.len());
    for error in errors {
        assert!(
            source.get(error.span.clone()).is_some(),
            "{source:?}: {error:?}"
        );
        assert!(error.message.len() > 5, "{source:?}: {error:?}");
        // What the parser says in its own words is for its authors.
        assert!(
            !error.message.contains("could not be read"),
            "{source:?}: {error:?}"
        );
        assert!(
            !error.message.contains("expecting"),
            "{source:?}: {error:?}"
        );
    }
}

#[test]
fn any_row_of_tokens_compiles_or_is_refused_in_plain_words() {
    const TOKENS: [&str; 62] = [
        "n0",
        "n1",
        "b0",
        "b1",
        "s0",
        "nope",
        "1",
        "0",
        "2.5",
        "1e3",
        "0x1F",
        "5u",
        ".5",
        "1.",
        "\"run\"",
        "'é'",
        "\"\\q\"",
        "\"\\u00\"",
        "r\"\\\"",
        "b\"x\"",
        "true",
        "false",
        "null",
        "in",
        "if",
        "and",
        "not",
        "abs",
        "min",
        "clamp",
        "size",
        "has",
        "all",
        "(",
        ")",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        "?",
        ":",
        ".",
        "+",
        "-",
        "*",
        "/",
        "%",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        "=",
        "//",
        "`x`",
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let signals = Signals::default();
    let mut compiled = 0;
    for _ in 0..30_000 {
        let count = rng.random_range(1..12);
        let gap = ["", " "][rng.random_range(0..2)];
        let words: Vec<&str> = (0..count)
            .map(|_| TOKENS[rng.random_range(0..TOKENS.len())])
            .collect();
        let source = words.join(gap);
        match compile_any(&source, &signals) {
            Ok(_) => compiled += 1,
            Err(errors) => assert_sound(&source, &errors),
        }
    }
    assert!(compiled > 100, "only {compiled} compiled");
}

#[test]
fn any_row_of_characters_compiles_or_is_refused_in_plain_words() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let signals = Signals::default();
    let odd: Vec<char> =
        "\0\u{1}\t\n\r é€°𝄞≥“”ab01._'\"\\()[]{}<>=!&|?:,+-*/%^~#$@;`\u{200b}\u{feff}"
            .chars()
            .collect();
    for _ in 0..30_000 {
        let count = rng.random_range(0..20);
        let source: String = (0..count)
            .map(|_| odd[rng.random_range(0..odd.len())])
            .collect();
        if let Err(errors) = compile_any(&source, &signals) {
            assert_sound(&source, &errors);
        }
    }
}
