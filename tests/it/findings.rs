//! What `check` tells of scenes that are well formed and not meant, in which forms, and that the page of
//! findings explains it all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use windvane::scene::finding::{finding, findings};
use windvane::scene::{LoadOptions, Problems, Severity, load};

use crate::support::folder_with;

const PAGE: &str = include_str!("../../docs/findings.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fenced block of the page: its info string and its lines.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut parts = text.split("```");
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (info, body) = block.split_once('\n').unwrap_or((block, ""));
        blocks.push((info.to_owned(), body.to_owned()));
    }
    blocks
}

/// The scene that the examples of one table are added to.
fn base() -> String {
    let found = blocks(PAGE)
        .into_iter()
        .find(|(info, _)| info == "toml base");
    found.expect("the base of the examples").1
}

/// The files of the good or the bad example of a section, if it has one.
fn example(section: &str, which: &str) -> Option<Vec<(String, String)>> {
    let mut files = Vec::new();
    for (info, body) in blocks(section) {
        let words: Vec<&str> = info.split(' ').collect();
        if words.get(1) != Some(&which) {
            continue;
        }
        match words.get(2).copied() {
            None if words[0] == "json" => files.push(("scene.json".to_owned(), body)),
            None => files.push(("scene.toml".to_owned(), format!("{}{body}", base()))),
            Some("top") => files.push(("scene.toml".to_owned(), format!("{body}{}", base()))),
            Some("whole") => files.push(("scene.toml".to_owned(), body)),
            Some(file) => files.push((file.strip_prefix("file=").unwrap().to_owned(), body)),
        }
    }
    (!files.is_empty()).then_some(files)
}

fn problems_of(files: &[(String, String)]) -> Problems {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let folder = folder_with(&files);
    let is_json = files.iter().any(|(name, _)| *name == "scene.json");
    problems_in(&(folder.path()).join(if is_json { "scene.json" } else { "scene.toml" }))
}

fn problems_in(path: &Path) -> Problems {
    match load(path, &LoadOptions::default()) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

/// The problems of the base with these lines after it: `code line:column` with lines counted from the
/// first of them.
fn told(lines: &str) -> Vec<String> {
    let base = base();
    let before = base.lines().count();
    let problems = problems_of(&[("scene.toml".to_owned(), format!("{base}{lines}"))]);
    let list = problems.list().iter();
    list.map(|p| format!("{} {}:{}", p.code, p.line as i64 - before as i64, p.column))
        .collect()
}

/// A rule with a colour of its own.
fn rule(name: &str, when: &str) -> String {
    let color = match name {
        "a" => "#c4122f",
        "b" => "#d9a800",
        "c" => "#7b4fb5",
        _ => "#e0700c",
    };
    format!("[[rules]]\nname = \"{name}\"\nwhen = '''{when}'''\ncolor = \"{color}\"\n")
}

fn ladder(conditions: &[&str]) -> Vec<String> {
    let rules = conditions.iter().zip(["a", "b", "c", "d"]);
    told(
        &rules
            .map(|(when, name)| rule(name, when))
            .collect::<String>(),
    )
}

fn alarm(when: &str, keys: &str) -> Vec<String> {
    let alarm = "[rules.alarm]\npriority = \"critical\"\nresponse = \"Stop\"\n";
    told(&format!("{}{alarm}{keys}\n", rule("a", when)))
}

fn windvane(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args(args)
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

mod page {
    use super::*;

    #[test]
    fn every_bad_example_gives_its_code_and_no_good_one_does() {
        let mut wrong = Vec::new();
        let mut without = BTreeSet::new();
        for finding in findings() {
            let code = finding.code;
            let Some(bad) = example(finding.text, "bad") else {
                without.insert(code);
                continue;
            };
            let codes: Vec<&str> = problems_of(&bad).list().iter().map(|p| p.code).collect();
            if !codes.contains(&code) {
                wrong.push(format!("the bad example of {code} gives {codes:?}"));
            }
            if let Some(good) = example(finding.text, "good") {
                let problems = problems_of(&good);
                if problems.errors() > 0 || problems.list().iter().any(|p| p.code == code) {
                    wrong.push(format!("the good example of {code} gives {problems}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        // Those take a file that no page holds, or more than anyone would read.
        let expected = [
            "beside-height-map",
            "gltf-animation",
            "gltf-lines",
            "gltf-node",
            "gltf-rotor",
            "gltf-scale",
            "gltf-size",
            "gltf-texture",
            "gltf-unsupported",
            "internal",
            "not-utf8",
            "too-deep",
            "too-many",
            "too-many-includes",
        ];
        assert_eq!(without.into_iter().collect::<Vec<_>>(), expected);
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_code_of_the_program_is_on_the_page_and_every_one_there_is_used() {
        let mut files = Vec::new();
        sources(&root().join("src"), &mut files);
        let (mut used, mut literals) = (BTreeMap::new(), BTreeSet::new());
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            literals.extend(text.split('"').map(str::to_owned));
            for call in [
                "Problem::error(",
                "Problem::warning(",
                "Fault::new(",
                "warn(",
                "let mut code =",
                "code =",
            ] {
                for (at, _) in text.match_indices(call) {
                    let rest = text[at + call.len()..].trim_start();
                    let rest = match rest.strip_prefix("About::") {
                        Some(about) => about.split_once(',').map_or("", |(_, rest)| rest),
                        None => rest,
                    };
                    let Some(rest) = rest.trim_start().strip_prefix('"') else {
                        continue;
                    };
                    let code = rest.split('"').next().unwrap_or_default();
                    let is_code =
                        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                    let is_sentence = call == "warn(" && !code.contains('-');
                    if !code.is_empty() && code.chars().all(is_code) && !is_sentence {
                        used.insert(code.to_owned(), file.clone());
                    }
                }
            }
        }
        let lacking: Vec<_> = used
            .iter()
            .filter(|(code, _)| finding(code).is_none())
            .collect();
        assert!(
            lacking.is_empty(),
            "give these a section in docs/findings.md: {lacking:?}"
        );
        assert!(used.len() > 50, "{}", used.len());
        let idle: Vec<&str> = findings()
            .iter()
            .map(|f| f.code)
            .filter(|code| !literals.contains(*code))
            .collect();
        assert_eq!(idle, Vec::<&str>::new(), "nothing gives these");
    }

    #[test]
    fn every_section_says_what_it_is_and_once() {
        let headings = PAGE.matches("\n## `").count();
        assert_eq!(headings, findings().len());
        let codes: BTreeSet<&str> = findings().iter().map(|f| f.code).collect();
        assert_eq!(codes.len(), headings);
        for finding in findings() {
            assert!(finding.summary.len() > 15, "{}", finding.code);
        }
    }
}

mod rules {
    use super::*;

    #[test]
    fn a_ladder_that_begins_with_the_mildest_is_found_in_every_form() {
        const T: &str = "gearbox_oil_temperature";
        for conditions in [
            ["T > 80", "T > 92", "T > 93"],
            ["80 < T", "T >= 92", "93 <= T"],
            ["!(T <= 80)", "T > 92 && active_power > 5", "T == 93"],
            [
                "(T >= 80 && T <= 90) || T > 90",
                "!(T < 92)",
                "T in [93, 94]",
            ],
            [
                "T - 0 > 80 || T > 80",
                "T > 92 && running",
                "T > 93 && !running",
            ],
        ] {
            let conditions = conditions.map(|c| c.replace('T', T));
            let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
            let found = ladder(&conditions);
            assert_eq!(
                found,
                ["covered-rule 7:8", "covered-rule 11:8"],
                "{conditions:?}"
            );
        }
        assert!(
            ladder(&[
                "gearbox_oil_temperature > 93",
                "gearbox_oil_temperature > 80"
            ])
            .is_empty()
        );
    }

    #[test]
    fn a_covered_rule_names_those_that_cover_it_and_says_that_its_alarm_stays() {
        let text = format!(
            "{}{}{}alarm = {{ priority = \"high\", response = \"Go\" }}\n",
            rule("a", "running"),
            rule("b", "!running && wind_speed > 3"),
            rule("d", "wind_speed > 4 && (running || !running)"),
        );
        let files = [("scene.toml".to_owned(), format!("{}{text}", base()))];
        let problems = problems_of(&files);
        let covered: Vec<_> = (problems.list().iter())
            .filter(|p| p.code == "covered-rule")
            .collect();
        let [covered] = covered.as_slice() else {
            panic!("{problems}");
        };
        assert_eq!(
            covered.message,
            "the colour of the rule `d` can never be seen: whenever it holds, `a` and `b` hold too and \
             they come first"
        );
        assert_eq!(covered.labels.len(), 2);
        assert_eq!(covered.labels[0].line + 4, covered.labels[1].line);
        let help = covered.help.as_deref().unwrap();
        assert!(help.ends_with("its alarm is raised all the same"), "{help}");
    }

    #[test]
    fn only_what_is_before_it_on_every_part_and_model_covers_a_rule() {
        let part = |part: &str, rule: String| format!("{rule}part = \"{part}\"\n");
        let hot = rule("a", "gearbox_oil_temperature > 80");
        let hotter = rule("b", "gearbox_oil_temperature > 92");
        // Another part; then a part of the whole; then the whole before a part.
        assert!(told(&(part("tower", hot.clone()) + &part("gearbox", hotter.clone()))).is_empty());
        assert!(told(&(part("gearbox", hot.clone()) + &hotter)).is_empty());
        let covered = told(&(hot.clone() + &part("gearbox", hotter.clone())));
        assert_eq!(covered, ["covered-rule 7:8"]);
        let other = "[models.v90]\nhub_height_m = 80\nrotor_diameter_m = 90\nrated_power_kw = 3000\n\
                     signals.gearbox_oil_temperature = { unit = \"degC\", range = [35, 70] }\n";
        let only = |model: &str, rule: &str| format!("{rule}models = [\"{model}\"]\n");
        assert!(told(&format!("{other}{}{hotter}", only("v80", &hot))).is_empty());
        let both = format!("{other}{}{}{hotter}", only("v80", &hot), {
            only("v90", &hot.replace("\"a\"", "\"e\""))
        });
        assert_eq!(told(&both), ["covered-rule 18:8"]);
        // A rule without a colour hides none.
        let quiet = hot.replace("color = \"#c4122f\"", "icon = \"fire\"");
        assert!(told(&(quiet + &hotter)).is_empty());
    }

    #[test]
    fn a_rule_that_is_set_aside_is_left_alone_and_hides_nothing() {
        let aside = format!(
            "{}enabled = false\n",
            rule(
                "a",
                "gearbox_oil_temperature > 80 && gearbox_oil_temperature < 3"
            )
        );
        let other = rule("b", "gearbox_oil_temperature > 92");
        assert!(told(&(aside + &other)).is_empty());
        let wide = format!(
            "{}enabled = false\n",
            rule("a", "gearbox_oil_temperature > 80")
        );
        assert!(told(&(wide + &other)).is_empty());
    }

    #[test]
    fn limits_in_other_units_and_by_name_are_compared_as_numbers() {
        let oil = |limit: &str| format!("gearbox_oil_temperature > {limit}");
        let covered = ladder(&[&oil("176 degF"), &oil("92 degC")]);
        assert_eq!(covered, ["covered-rule 7:8"]);
        assert!(ladder(&[&oil("353 K")]).is_empty());
        assert_eq!(ladder(&[&oil("353 degF")]).len(), 1);
        let limits = "[models.v80.limits]\nhot = 80\nhotter = 92\n";
        let rules = |first: &str, second: &str| {
            told(&format!(
                "{limits}{}{}",
                rule("a", &oil(first)),
                rule("b", &oil(second))
            ))
        };
        assert!(rules("limits.hotter", "limits.hot").is_empty());
        assert_eq!(rules("limits.hot", "limits.hotter"), ["covered-rule 10:8"]);
        assert_eq!(
            ladder(&["avg(wind_speed, 10 min) > 5", "avg(wind_speed, 10 min) > 9"]),
            ["covered-rule 7:8"]
        );
        assert!(ladder(&["avg(wind_speed, 1 min) > 5", "avg(wind_speed, 10 min) > 9"]).is_empty());
    }

    #[test]
    fn what_only_a_label_a_scale_a_window_or_a_derived_signal_reads_is_used() {
        let model = "[models.e70]\nhub_height_m = 54\nrotor_diameter_m = 71\nrated_power_kw = 2300\n\
                     signals.flow = { unit = \"l/min\" }\n";
        let rule = |keys: &str| {
            told(&format!(
                "{model}[[rules]]\nname = \"a\"\nmodels = [\"e70\"]\n{keys}\n"
            ))
        };
        for keys in [
            "when = 'true'\nlabel = '{flow:.0} l/min'",
            "when = 'true'\ncolor = { scale = 'viridis', of = 'flow', range = [0, 9] }",
            "when = 'avg(flow, 10 min) > 3'\nicon = 'drop'",
            "when = 'held(farm.median(flow) > 3, 1 min)'\nopacity = 0.5",
            "when = 'true'\nlabel = '{avg(flow, 1 min):.0}'",
            "when = 'true'\nlabel = 'E-70'\n[models.e70.signals.heat]\nexpression = 'flow * 2'\npart = 'gearbox'",
        ] {
            assert_eq!(rule(keys), Vec::<String>::new(), "{keys}");
        }
        let told = rule("when = 'true'\nlabel = 'E-70'");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("unused-signal 5:"), "{told:?}");
    }

    #[test]
    fn rules_of_nodes_hide_only_those_after_them_in_the_same_list() {
        let entity = "[components.pump]\nsignals.heat = { unit = \"degC\" }\n\
                      [[entities]]\nentity = \"P1\"\ncomponent = \"pump\"\n";
        let rules = |maps: [&str; 2]| {
            let rule = |name: &str, map: &str, limit: u32| {
                format!(
                    "{}models = [\"pump\"]\nmap = \"{map}\"\n",
                    rule(name, &format!("heat > {limit}"))
                )
            };
            let [first, second] = maps;
            let node = "[[nodes]]\nname = \"Pump\"\nshader = { entity = \"P1\", component = \"pump\", \
                        property = \"heat\", rules = [\"x\"] }\n";
            told(&(entity.to_owned() + &rule("a", first, 60) + &rule("b", second, 80) + node))
        };
        assert_eq!(rules(["x", "x"]), ["covered-rule 14:8"]);
        assert_eq!(rules(["x", "y"]), Vec::<String>::new());
    }

    #[test]
    fn what_never_or_always_holds_is_marked_where_it_stands() {
        for (when, found) in [
            ("wind_speed > 5 && wind_speed < 3", "never-holds 3:11"),
            (
                "running || (wind_speed > 5 && wind_speed < 3)",
                "never-holds 3:22",
            ),
            ("state == 'a' && state == 'b'", "never-holds 3:11"),
            ("running && !running", "never-holds 3:11"),
            ("state != 'a' || state != 'b'", "always-holds 3:11"),
            ("wind_speed > 5 || wind_speed <= 5", "always-holds 3:11"),
            ("true", "always-holds 3:11"),
            // Every value of its range.
            ("wind_speed >= 0", "always-holds 3:8"),
            ("wind_speed < 30 || running", "always-holds 3:8"),
        ] {
            let all = ladder(&[when]);
            assert_eq!(all, [found], "{when}");
        }
        for when in [
            "wind_speed > 5",
            "wind_speed < 30 && running",
            "abs(wind_speed - 12) > 5 || running",
            "active_power / rated_power < wind_speed / (12 m/s)",
        ] {
            assert_eq!(ladder(&[when]), Vec::<String>::new(), "{when}");
        }
    }

    #[test]
    fn bands_meet_without_gap_and_overlap() {
        let w = |conditions: &[&str]| {
            let named: Vec<String> = (conditions.iter())
                .map(|c| c.replace('W', "wind_speed"))
                .collect();
            ladder(&named.iter().map(String::as_str).collect::<Vec<_>>())
        };
        for (conditions, found) in [
            (&["W > 26 && W < 30", "W > 30"][..], &["band-gap 7:8"][..]),
            (&["W > 30", "W > 26 && W < 30"], &["band-gap 7:8"]),
            (&["W > 30 && W < 40", "W >= 42 && W < 43.5"], &[]),
            (
                &["W > 26 && W <= 30", "W > 31 && W < 36"],
                &["band-gap 7:8"],
            ),
            (
                &["W > 26 && W < 31", "W > 30 && W < 36"],
                &["band-overlap 7:8"],
            ),
            (&["W < 3", "W > 30"], &[]),
            (&["W < 3 && W > 1", "W > 30 && W < 40"], &[]),
            (&["W > 26 && W <= 30", "W > 30 && W <= 34", "W > 34"], &[]),
            (&["W >= 26 && W <= 30", "W >= 30 && W <= 34"], &[]),
            // Nested bands are a ladder with the narrow one first.
            (&["W > 34", "W > 30", "W > 26"], &[]),
        ] {
            assert_eq!(w(conditions), found, "{conditions:?}");
        }
    }

    #[test]
    fn limits_far_from_the_range_are_marked_at_the_number() {
        for (when, found) in [
            (
                "gearbox_oil_temperature > 353",
                &["limit-out-of-range 3:37"][..],
            ),
            (
                "800 < gearbox_oil_temperature",
                &["limit-out-of-range 3:11"],
            ),
            ("gearbox_oil_temperature > 80", &[]),
            ("gearbox_oil_temperature > 92", &[]),
        ] {
            assert_eq!(ladder(&[when]), found, "{when}");
        }
    }
}

mod alarms {
    use super::*;

    #[test]
    fn an_alarm_clears_on_the_good_side_at_some_distance() {
        let hot = "gearbox_oil_temperature > 80";
        let clear = |when: &str| format!("clear_when = \"{when}\"");
        for (clear_when, code) in [
            ("gearbox_oil_temperature < 75", None),
            ("gearbox_oil_temperature > 85", Some("cannot-clear")),
            ("gearbox_oil_temperature > 60", Some("clear-on-wrong-side")),
            ("gearbox_oil_temperature < 85", Some("no-deadband")),
            ("gearbox_oil_temperature <= 80", Some("no-deadband")),
            ("gearbox_oil_temperature < 20", Some("cannot-clear")),
            ("running && !running", Some("cannot-clear")),
            ("state == 'stopped'", None),
            ("gearbox_oil_temperature < 75 || state == 'stopped'", None),
        ] {
            let found = alarm(hot, &clear(clear_when));
            let codes: Vec<&str> = (found.iter())
                .map(|f| f.split(' ').next().unwrap())
                .collect();
            assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{clear_when}");
        }
        let both = "gearbox_oil_temperature > 80 && running";
        let found = alarm(both, &clear("gearbox_oil_temperature < 85"));
        assert_eq!(found, ["no-deadband 8:14"]);
        assert!(alarm("state == 'off'", &clear("state != 'off'")).is_empty());
    }

    #[test]
    fn a_deadband_is_narrower_than_the_range() {
        let hot = "gearbox_oil_temperature > 80";
        assert!(alarm(hot, "deadband = 5").is_empty());
        assert_eq!(alarm(hot, "deadband = 50"), ["wide-deadband 8:12"]);
        assert_eq!(alarm(hot, "deadband = 36"), ["wide-deadband 8:12"]);
    }

    #[test]
    fn an_alarm_says_what_to_do() {
        let text = rule("a", "running") + "[rules.alarm]\npriority = \"low\"\nresponse = \" \"\n";
        assert_eq!(told(&text), ["no-response 5:8"]);
    }
}

mod allowed {
    use super::*;

    const COVERED: [&str; 2] = [
        "gearbox_oil_temperature > 80",
        "gearbox_oil_temperature > 92",
    ];

    #[test]
    fn a_warning_that_is_meant_is_silenced_by_the_rule_the_file_or_the_scene() {
        let rules = rule("a", COVERED[0]) + &rule("b", COVERED[1]);
        let codes = |scene: String, more: &str| -> Vec<String> {
            let files = [
                ("scene.toml".to_owned(), scene),
                ("more.toml".to_owned(), more.to_owned()),
            ];
            let problems = problems_of(&files);
            assert_eq!(problems.warnings(), problems.list().len());
            problems.list().iter().map(|p| p.code.to_owned()).collect()
        };
        let base = base();
        let include = "include = [\"more.toml\"]\n";
        let allow = "allow = [\"covered-rule\"]\n";
        assert_eq!(codes(format!("{base}{rules}"), ""), ["covered-rule"]);
        assert!(
            codes(format!("{base}{rules}{allow}"), "").is_empty(),
            "in the rule"
        );
        assert!(
            codes(format!("{allow}{base}{rules}"), "").is_empty(),
            "in the scene"
        );
        let included = format!("{include}{base}");
        assert_eq!(codes(included.clone(), &rules), ["covered-rule"]);
        assert!(codes(included.clone(), &format!("{allow}{rules}")).is_empty());
        assert!(codes(format!("{allow}{included}"), &rules).is_empty());
        // In another rule, or in another file, it silences nothing.
        let first = rule("a", COVERED[0]) + allow + &rule("b", COVERED[1]);
        assert_eq!(codes(format!("{base}{first}"), ""), ["covered-rule"]);
        let other = "[[views]]\nname = \"v\"\ncamera_m = [0, 0, 9]\ntarget_m = [0, 9, 0]\n";
        let elsewhere = format!("{allow}{other}");
        assert_eq!(
            codes(format!("{included}{rules}"), &elsewhere),
            ["covered-rule"]
        );
    }

    #[test]
    fn a_code_that_there_is_not_is_told_with_the_nearest() {
        let text = format!("{}allow = [\"covered-rules\"]\n", rule("a", "running"));
        let scene = format!("{}{text}", base());
        let problems = problems_of(&[("scene.toml".to_owned(), scene)]);
        let [problem] = problems.list() else {
            panic!("{problems}");
        };
        assert_eq!(problem.message, "there is no finding `covered-rules`");
        assert_eq!(
            problem.help.as_deref(),
            Some("did you mean `covered-rule`?")
        );
    }

    #[test]
    fn an_error_is_never_silenced() {
        let text = format!("{}allow = [\"expression\"]\n", rule("a", "runing"));
        assert_eq!(told(&text), ["expression 3:11"]);
    }
}

mod command {
    use super::*;

    /// A scene with two warnings, one of them behind letters of several bytes.
    fn folder() -> tempfile::TempDir {
        let text = format!(
            "{}{}{}",
            base(),
            rule("a", "gearbox_oil_temperature > 80"),
            "[[rules]]\nname = \"Ö\"\npart = \"gearbox\"\n\
             when = 'state == \"ä𝄞\" && gearbox_oil_temperature > 900'\ncolor = \"#d9a800\"\n",
        );
        folder_with(&[("a b/scene.toml", &text), ("good.toml", &base())])
    }

    #[test]
    fn warnings_fail_a_check_only_where_they_are_denied() {
        let folder = folder();
        let scene = "a b/scene.toml";
        let code = |args: &[&str]| windvane(args, folder.path()).status.code();
        assert_eq!(code(&["check", scene]), Some(0));
        assert_eq!(code(&["check", "--deny", "warnings", scene]), Some(1));
        assert_eq!(code(&["check", "--deny", "covered-rule", scene]), Some(1));
        assert_eq!(code(&["check", "--deny", "low-contrast", scene]), Some(0));
        assert_eq!(code(&["check", "--deny", "warnings", "good.toml"]), Some(0));
        assert_eq!(code(&["check", "--deny", "covered-rules", scene]), Some(2));
        assert_eq!(code(&["check"]), Some(2));
        assert_eq!(code(&["check", "none.toml"]), Some(1));
    }

    #[test]
    fn a_code_is_explained_with_its_examples() {
        let output = windvane(&["check", "--explain", "covered-rule"], Path::new("."));
        assert!(output.status.success());
        let text = stdout(&output);
        assert!(
            text.starts_with("warning[covered-rule]\n\nThe colour of a rule"),
            "{text}"
        );
        assert!(text.contains("Told of:\n\n    [[rules]]"), "{text}");
        assert!(!text.contains("```"), "{text}");
    }

    #[test]
    fn the_sarif_log_has_every_result_with_its_rule_and_its_columns() {
        let folder = folder();
        let output = windvane(
            &["check", "--format", "sarif", "a b/scene.toml"],
            folder.path(),
        );
        assert!(output.status.success());
        let log: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let results = run["results"].as_array().unwrap();
        let codes: Vec<&str> = results
            .iter()
            .map(|r| r["ruleId"].as_str().unwrap())
            .collect();
        assert_eq!(codes, ["covered-rule", "limit-out-of-range"]);
        for result in results {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            let rule = &run["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
            for key in ["shortDescription", "fullDescription", "help"] {
                assert!(
                    rule[key]["text"].as_str().is_some_and(|t| t.len() > 20),
                    "{rule}"
                );
            }
            assert!(
                rule["help"]["markdown"]
                    .as_str()
                    .unwrap()
                    .contains("```toml bad")
            );
            assert_eq!(result["level"], "warning");
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "a%20b/scene.toml");
            assert_eq!(place["artifactLocation"]["uriBaseId"], "SRCROOT");
            // The columns mark the text that the file has there.
            let region = &place["region"];
            let text = fs::read_to_string(folder.path().join("a b/scene.toml")).unwrap();
            let line = region["startLine"].as_u64().unwrap() as usize;
            let (from, to) = (&region["startColumn"], &region["endColumn"]);
            let (from, to) = (
                from.as_u64().unwrap() as usize,
                to.as_u64().unwrap() as usize,
            );
            let line = text.lines().nth(line - 1).unwrap();
            let marked: String = line.chars().skip(from - 1).take(to - from).collect();
            let expected = match result["ruleId"].as_str() {
                Some("limit-out-of-range") => "900",
                _ => "'state == \"ä𝄞\" && gearbox_oil_temperature > 900'",
            };
            assert_eq!(marked, expected);
        }
        let related = &results[0]["relatedLocations"][0];
        assert_eq!(related["message"]["text"], "holds whenever it does");
        assert_eq!(related["id"], 1);
    }

    #[test]
    fn a_denied_warning_is_an_error_of_the_log() {
        let folder = folder();
        let args = [
            "check",
            "--format",
            "sarif",
            "--deny",
            "covered-rule",
            "a b/scene.toml",
        ];
        let log: Value = serde_json::from_str(&stdout(&windvane(&args, folder.path()))).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let levels: Vec<&str> = results
            .iter()
            .map(|r| r["level"].as_str().unwrap())
            .collect();
        assert_eq!(levels, ["error", "warning"]);
    }

    #[test]
    fn the_keys_of_the_json_report_are_those_of_the_page() {
        let folder = folder();
        let output = windvane(
            &["check", "--format", "json", "a b/scene.toml"],
            folder.path(),
        );
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let keys =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let mut all = keys(&report);
        let problem = &report["problems"][0];
        all.extend(keys(problem));
        all.extend(keys(&problem["labels"][0]));
        for key in &all {
            assert!(
                PAGE.contains(&format!("`{key}`")),
                "{key} is not on the page"
            );
        }
        assert_eq!(keys(problem).len(), 9, "{problem}");
        assert_eq!(problem["code"], "covered-rule");
        assert_eq!(report["warnings"], 2);
    }
}

mod schema {
    use super::*;

    fn schema() -> Value {
        serde_json::from_str(&windvane::scene::schema_text()).unwrap()
    }

    /// Every property of the schema, with its path.
    fn properties(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::Object(properties)) = object.get("properties") {
                    for (name, property) in properties {
                        found.push((format!("{path}/{name}"), property.clone()));
                    }
                }
                for (key, inner) in object {
                    if key != "example" && key != "examples" {
                        properties(inner, &format!("{path}/{key}"), found);
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|v| properties(v, path, found)),
            _ => {}
        }
    }

    #[test]
    fn every_property_has_a_description_and_where_it_helps_an_example() {
        let schema = schema();
        let mut all = Vec::new();
        properties(&schema, "", &mut all);
        assert!(all.len() > 90, "{}", all.len());
        let text = |value: &Value| value.as_str().is_some_and(|t| t.len() > 8);
        let bare: Vec<&String> = (all.iter())
            .filter(|(_, p)| !text(&p["description"]))
            .map(|(path, _)| path)
            .collect();
        assert!(bare.is_empty(), "without a description: {bare:?}");
        // Texts and numbers show how they are written; choices and tables need not.
        let plain = |p: &Value| {
            let kind = p["type"].as_str().unwrap_or_default();
            matches!(kind, "string" | "number" | "integer") && p.get("enum").is_none()
        };
        let unclear: Vec<&String> = (all.iter())
            .filter(|(_, p)| plain(p) && p.get("examples").is_none())
            .map(|(path, _)| path)
            .collect();
        assert!(unclear.is_empty(), "without an example: {unclear:?}");
    }

    #[test]
    fn every_example_of_a_property_fits_it() {
        let schema = schema();
        let mut all = Vec::new();
        properties(&schema, "", &mut all);
        let mut wrong = Vec::new();
        for (path, property) in &all {
            for example in property["examples"].as_array().into_iter().flatten() {
                let mut alone = property.clone();
                alone["definitions"] = schema["definitions"].clone();
                let validator = jsonschema::validator_for(&alone).unwrap();
                if !validator.is_valid(example) {
                    wrong.push(format!("{path}: {example}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    fn is_valid(text: &str) -> bool {
        let table: toml::Table = text.parse().unwrap();
        let value = serde_json::to_value(table).unwrap();
        jsonschema::validator_for(&schema())
            .unwrap()
            .is_valid(&value)
    }

    #[test]
    fn it_accepts_every_file_of_the_scenes_that_ship() {
        fn files(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    files(&path, found);
                } else if path.extension().is_some_and(|e| e == "toml") {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        files(&root().join("scenes"), &mut found);
        assert!(found.len() >= 9, "{found:?}");
        for path in found {
            let text = fs::read_to_string(&path).unwrap();
            assert!(is_valid(&text), "{}", path.display());
            // Editors complete and check by it.
            let first = text.lines().next().unwrap();
            let relative = first.strip_prefix("#:schema ").unwrap_or_else(|| {
                panic!(
                    "{} does not name the schema in its first line",
                    path.display()
                )
            });
            assert!(path.parent().unwrap().join(relative).is_file(), "{first}");
        }
    }

    #[test]
    fn it_rejects_each_documented_mistake_of_shape() {
        assert!(is_valid(&base()));
        for code in [
            "unknown-key",
            "missing-key",
            "wrong-type",
            "bad-value",
            "bad-color",
        ] {
            let section = finding(code).unwrap().text;
            for (which, is_good) in [("bad", false), ("good", true)] {
                let files = example(section, which).unwrap();
                assert_eq!(is_valid(&files[0].1), is_good, "{code}, {which}");
            }
        }
        for finding in findings()
            .iter()
            .filter(|f| f.severity == Severity::Warning)
        {
            for which in ["bad", "good"] {
                let files = example(finding.text, which).unwrap_or_default();
                let scene = files.iter().find(|(name, _)| name == "scene.toml");
                if let Some((_, text)) = scene {
                    assert!(is_valid(text), "{}, {which}", finding.code);
                }
            }
        }
    }
}
