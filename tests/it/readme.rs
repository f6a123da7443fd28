//! What the README shows is what ships.

use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_first_scene_of_the_readme_is_the_file_that_ships() {
    let scene = read("scenes/first/first.toml");
    assert!(read("README.md").contains(scene.trim_end()));
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let readme = read("README.md");
    let mut named = 0;
    for link in readme.split("](").skip(1) {
        let path = link.split(')').next().unwrap();
        if !path.contains("://") {
            assert!(
                Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(),
                "{path}"
            );
            named += 1;
        }
    }
    assert!(named >= 5, "{named}");
}
