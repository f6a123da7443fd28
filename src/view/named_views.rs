//! Views by name: the scene's, and those that the user keeps for it.

use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use serde::Deserialize;

use super::camera::{FarmCamera, Pose, Viewpoint};
use super::site_frame::{site_from_view, view_from_site};
use crate::RoomSet;
use crate::action::Action;
use crate::files;
use crate::panels::settings::PanelSettingsStore;
use crate::scene::{ActiveScene, NamedView};

/// The user's views of one scene, at most.
const MOST: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 80;
/// A file of views is a few kilobytes; more is not one.
const LARGEST_FILE_BYTES: u64 = 1 << 20;
/// A camera so little off the line through its target looks straight down: at the map.
const STRAIGHT_DOWN: f64 = 1e-4;

/// Every view that has a name.
#[derive(Resource, Debug, Default)]
pub struct NamedViews {
    /// The scene's, in its order.
    pub scene: Vec<NamedView>,
    /// The user's for this scene, in the order in which they were saved.
    pub user: Vec<NamedView>,
    /// What went wrong with the user's file, for the user.
    pub note: Option<String>,
    file: Option<PathBuf>,
}

impl NamedViews {
    /// All of them, the scene's first; one of the user's takes the place of the scene's of its name.
    pub fn all(&self) -> impl Iterator<Item = &NamedView> {
        let is_own = |view: &NamedView| self.user.iter().any(|own| own.name == view.name);
        let of_scene = self.scene.iter().filter(move |view| !is_own(view));
        of_scene.chain(&self.user)
    }

    /// The view of this name.
    pub fn get(&self, name: &str) -> Option<&NamedView> {
        self.all().find(|view| view.name == name)
    }

    /// A name that is not taken: `View 3`.
    pub fn free_name(&self) -> String {
        let mut names = (1..).map(|n| format!("View {n}"));
        names
            .find(|name| self.get(name).is_none())
            .unwrap_or_default()
    }

    fn keep(&mut self, view: NamedView) {
        if let Some(own) = self.user.iter_mut().find(|own| own.name == view.name) {
            *own = view;
        } else if self.user.len() < MOST {
            self.user.push(view);
        } else {
            self.note = Some(format!("Not saved: there are {MOST} views already"));
            return;
        }
        self.write();
    }

    fn forget(&mut self, name: &str) {
        let before = self.user.len();
        self.user.retain(|own| own.name != name);
        if self.user.len() != before {
            self.write();
        }
    }

    fn write(&mut self) {
        let Some(file) = &self.file else { return };
        self.note = write_file(file, &as_toml(&self.user))
            .err()
            .map(|error| format!("Views are not saved: {}: {error}", file.display()));
    }
}

impl NamedView {
    /// The view from a pose. A map is a view straight down.
    pub(super) fn of(name: String, pose: &Pose) -> Self {
        let target = pose.focus;
        let camera = if pose.is_map() {
            target + Vec3::Y * pose.radius_m
        } else {
            Pose {
                flatness: 0.0,
                ..*pose
            }
            .eye()
        };
        Self {
            name,
            camera_m: site_from_view(camera),
            target_m: site_from_view(target),
            fov_deg: None,
        }
    }

    /// The pose that this means.
    pub(super) fn pose(&self) -> Pose {
        let at = |[east, north, up]: [f64; 3]| view_from_site(east, north, up);
        let ([e, n, up], [te, tn, tup]) = (self.camera_m, self.target_m);
        if up > tup && (e - te).hypot(n - tn) < STRAIGHT_DOWN * (up - tup) {
            return Pose::map(at(self.target_m), (up - tup) as f32);
        }
        let pose = Pose::looking(at(self.camera_m), at(self.target_m));
        self.fov_deg
            .map_or(pose, |deg| pose.with_field_of_view(deg.to_radians()))
    }
}

/// Views as an engineer pastes them into a scene file.
pub fn as_toml<'a>(views: impl IntoIterator<Item = &'a NamedView>) -> String {
    let place = |place: [f64; 3]| {
        let [e, n, up] = place.map(|m| format!("{m:.1}"));
        format!("[{e}, {n}, {up}]")
    };
    let entry = |view: &NamedView| {
        let name = toml::Value::String(view.name.clone());
        let (camera, target) = (place(view.camera_m), place(view.target_m));
        format!("[[views]]\nname = {name}\ncamera_m = {camera}\ntarget_m = {target}\n")
    };
    let entries: Vec<String> = views.into_iter().map(entry).collect();
    entries.join("\n")
}

#[derive(Debug, Deserialize)]
struct ViewsFile {
    #[serde(default)]
    views: Vec<ViewEntry>,
}

#[derive(Debug, Deserialize)]
struct ViewEntry {
    name: String,
    camera_m: [f64; 3],
    target_m: [f64; 3],
}

fn from_toml(text: &str) -> Result<Vec<NamedView>, String> {
    let file: ViewsFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let is_sound = |e: &ViewEntry| {
        let mut numbers = e.camera_m.iter().chain(&e.target_m);
        e.camera_m != e.target_m && numbers.all(|m| m.is_finite() && m.abs() < 1e7)
    };
    if !file.views.iter().all(is_sound) {
        return Err("a view has no place to look from".to_owned());
    }
    let views = file.views.into_iter().take(MOST).map(|e| NamedView {
        name: e.name,
        camera_m: e.camera_m,
        target_m: e.target_m,
        fov_deg: None,
    });
    Ok(views.collect())
}

/// Where the views of a scene are kept: two scenes of one name in different folders have two files.
fn file_of(folder: &Path, scene: &Path) -> PathBuf {
    let real = scene.canonicalize().unwrap_or_else(|_| scene.to_owned());
    let mut hasher = DefaultHasher::new();
    hasher.write(real.as_os_str().as_encoded_bytes());
    let stem = real.file_stem().unwrap_or_default().to_string_lossy();
    let stem: String = stem
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let name = format!("{stem}-{:016x}.toml", hasher.finish());
    folder.join("views").join(name)
}

/// What the file holds; a file that is none of views is kept aside, and told of.
fn read_file(path: &Path) -> (Vec<NamedView>, Option<String>) {
    let mut text = String::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE_BYTES).read_to_string(&mut text));
    let problem = match read {
        Ok(_) => match from_toml(&text) {
            Ok(views) => return (views, None),
            Err(problem) => problem,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => error.to_string(),
        Err(error) => {
            let note = format!("Views not read: {}: {error}", path.display());
            return (Vec::new(), Some(note));
        }
    };
    let aside = path.with_extension("toml.bad");
    let note = match std::fs::rename(path, &aside) {
        Ok(()) => format!(
            "Views could not be used ({problem}); kept as {}",
            aside.display()
        ),
        Err(error) => format!("Views in {} cannot be used: {error}", path.display()),
    };
    (Vec::new(), Some(note))
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    files::replace(path, text.as_bytes())
}

/// Reads the user's views when a scene is opened, and takes the scene's.
fn follow_scene(
    active: Option<Res<ActiveScene>>,
    store: Option<Res<PanelSettingsStore>>,
    windows: Query<(), With<PrimaryWindow>>,
    mut named: ResMut<NamedViews>,
) {
    let Some(active) = active.filter(|a| a.is_changed()) else {
        return;
    };
    let scene = &active.scene;
    let of_nodes = scene
        .composition
        .iter()
        .flat_map(|c| super::composition::views(c));
    let views: Vec<NamedView> = scene.views.iter().cloned().chain(of_nodes).collect();
    if named.scene != views {
        named.scene = views;
    }
    let folder = PanelSettingsStore::in_use(store.as_deref(), !windows.is_empty());
    let file = folder.map(|folder| file_of(&folder, &scene.path));
    if named.file == file {
        return;
    }
    named.file = file;
    (named.user, named.note) = match &named.file {
        Some(file) => read_file(file),
        None => (Vec::new(), None),
    };
}

/// Saves the present view, and forgets views.
fn follow_actions(
    mut actions: MessageReader<Action>,
    camera: Query<&Viewpoint, With<FarmCamera>>,
    mut named: ResMut<NamedViews>,
) {
    for action in actions.read() {
        match action {
            Action::SaveView(name) => {
                let clean = name.trim().chars().filter(|c| !c.is_control());
                let name: String = clean.take(LONGEST_NAME).collect();
                if let (Ok(viewpoint), false) = (camera.single(), name.is_empty()) {
                    named.keep(NamedView::of(name, &viewpoint.pose));
                }
            }
            Action::ForgetView(name) => named.forget(name),
            _ => {}
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<NamedViews>().add_systems(
        Update,
        (
            follow_scene.after(RoomSet::Scene).before(RoomSet::View),
            follow_actions.in_set(RoomSet::View),
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str) -> NamedView {
        NamedView {
            name: name.to_owned(),
            camera_m: [-1_200.5, 340.0, 90.0],
            target_m: [10.0, -20.0, 70.0],
            fov_deg: None,
        }
    }

    #[test]
    fn saved_views_come_back_and_can_be_pasted_into_a_scene() {
        let folder = tempfile::tempdir().unwrap();
        let file = file_of(&folder.path().join("a"), Path::new("farm.toml"));
        let mut named = NamedViews {
            file: Some(file.clone()),
            ..NamedViews::default()
        };
        let odd = "Süd \"west\" \\ ]] row";
        named.keep(view(odd));
        named.keep(view("B"));
        named.keep(view("C"));
        named.forget("B");
        assert_eq!(named.note, None);
        assert_eq!(read_file(&file), (vec![view(odd), view("C")], None));
        let first = std::fs::read_to_string(&file).unwrap();
        assert!(first.starts_with("[[views]]\nname = "), "{first}");
    }

    #[test]
    fn a_file_that_cannot_be_used_is_kept_aside_and_told_of() {
        let bad = [
            "[[views]",
            "[[views]]\nname = 'a'\n",
            "[[views]]\nname = 'a'\ncamera_m = [nan, 0, 0]\ntarget_m = [0, 0, 0]\n",
        ];
        for text in bad {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("farm.toml");
            std::fs::write(&file, text).unwrap();
            let (views, note) = read_file(&file);
            assert_eq!(views, []);
            assert!(note.unwrap().contains("toml.bad"), "{text}");
            assert!(!file.exists());
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut named = NamedViews {
            file: Some(file.join("views/x.toml")),
            ..NamedViews::default()
        };
        named.keep(view("A"));
        assert!(named.note.as_ref().unwrap().contains("not saved"));
        assert_eq!(named.get("A"), Some(&view("A")));
    }

    #[test]
    fn the_users_view_takes_the_place_of_the_scenes_of_its_name() {
        let mut named = NamedViews {
            scene: vec![view("A"), view("B")],
            ..NamedViews::default()
        };
        let mut own = view("A");
        own.camera_m = [1.0, 2.0, 3.0];
        named.keep(own.clone());
        assert_eq!(named.get("A"), Some(&own));
        let names: Vec<&str> = named.all().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["B", "A"]);
        assert_eq!(named.free_name(), "View 1");
    }

    #[test]
    fn a_view_is_the_pose_that_it_was_saved_from() {
        let seen = Pose::looking(Vec3::new(300.0, 90.0, 400.0), Vec3::new(10.0, 70.0, -20.0));
        let map = Pose::map(Vec3::new(500.0, 0.0, -700.0), 4_000.0);
        for pose in [seen, map] {
            let back = NamedView::of("x".to_owned(), &pose).pose();
            assert_eq!(back.is_map(), pose.is_map());
            assert!(back.eye().distance(pose.eye()) < 0.1, "{back:?}");
            assert!((back.radius_m - pose.radius_m).abs() < 0.1);
        }
    }
}
