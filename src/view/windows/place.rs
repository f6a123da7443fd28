//! Where a window goes: as it was, on the monitors that there are now.

use bevy::math::{IVec2, UVec2};

/// A monitor, physical pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    pub name: Option<String>,
    pub at: IVec2,
    pub size: UVec2,
    /// Pixels a logical pixel.
    pub scale: f32,
}

/// A window is moved so that at least this much of it is on a monitor, pixels.
const LEAST_SHOWN: i32 = 120;
/// The least size of a window, logical pixels.
pub const LEAST_SIZE: UVec2 = UVec2::new(320, 240);
/// The largest that is believed.
const LARGEST: UVec2 = UVec2::splat(16_384);

impl Screen {
    fn shows(&self, at: IVec2, size: UVec2) -> i64 {
        let (low, high) = (
            at.max(self.at),
            (at + size.as_ivec2()).min(self.at + self.size.as_ivec2()),
        );
        let shared = (high - low).max(IVec2::ZERO);
        i64::from(shared.x) * i64::from(shared.y)
    }

    fn physical(&self, size: UVec2) -> UVec2 {
        (size.as_vec2() * self.scale).round().as_uvec2()
    }

    fn logical(&self, size: UVec2) -> UVec2 {
        (size.as_vec2() / self.scale.max(0.1)).round().as_uvec2()
    }

    /// Whether enough of a window lies here, its upper edge included, that it can be moved.
    fn holds(&self, at: IVec2, size: UVec2) -> bool {
        let end = self.at + self.size.as_ivec2();
        at.x + size.x as i32 >= self.at.x + LEAST_SHOWN
            && at.x <= end.x - LEAST_SHOWN
            && at.y >= self.at.y
            && at.y <= end.y - LEAST_SHOWN
    }
}

/// The screen that shows most of a window.
pub fn screen_of(screens: &[Screen], at: IVec2, size: UVec2) -> Option<&Screen> {
    screens
        .iter()
        .max_by_key(|s| s.shows(at, size))
        .filter(|s| s.shows(at, size) > 0)
}

/// Position and logical size for a window that was `at` with this logical size on the monitor of this
/// name. On a monitor that is there still; moved and made smaller where it would not be seen.
pub fn clamped(
    screens: &[Screen],
    name: Option<&str>,
    at: Option<IVec2>,
    size: UVec2,
) -> (Option<IVec2>, UVec2) {
    let size = size.clamp(LEAST_SIZE, LARGEST);
    // Far out, no sum of a position and a size may overflow.
    let at = at.map(|at| at.clamp(IVec2::splat(-100_000), IVec2::splat(100_000)));
    let Some(first) = screens.first() else {
        return (at, size);
    };
    if let Some(at) = at
        && screens.iter().any(|s| s.holds(at, s.physical(size)))
    {
        return (Some(at), size);
    }
    let named = screens
        .iter()
        .find(|s| name.is_some() && s.name.as_deref() == name);
    let near = at.and_then(|at| screen_of(screens, at, size));
    let screen = named.or(near).unwrap_or(first);
    let pixels = screen.physical(size).min(screen.size);
    let room = (screen.size.as_ivec2() - pixels.as_ivec2()).max(IVec2::ZERO);
    let offset = at.map_or(room / 2, |at| (at - screen.at).clamp(IVec2::ZERO, room));
    (
        Some(screen.at + offset),
        screen.logical(pixels).max(LEAST_SIZE),
    )
}

/// Position and logical size for a new window: most of a monitor that has no window yet.
pub fn for_new(screens: &[Screen], taken: &[(IVec2, UVec2)]) -> Option<(IVec2, UVec2)> {
    let is_free = |s: &&Screen| {
        let mut on = taken
            .iter()
            .filter_map(|&(at, size)| screen_of(screens, at, size));
        on.all(|other| other != *s)
    };
    let screen = screens.iter().find(is_free)?;
    let pixels = screen.size * 9 / 10;
    let room = (screen.size.as_ivec2() - pixels.as_ivec2()).max(IVec2::ZERO);
    Some((screen.at + room / 2, screen.logical(pixels).max(LEAST_SIZE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screens() -> Vec<Screen> {
        let screen = |name: &str, x| Screen {
            name: Some(name.to_owned()),
            at: IVec2::new(x, 0),
            size: UVec2::new(1920, 1080),
            scale: 1.0,
        };
        vec![screen("left", 0), screen("right", 1920)]
    }

    const SIZE: UVec2 = UVec2::new(1280, 800);

    #[test]
    fn a_window_whose_monitor_is_there_stays_where_it_was() {
        for at in [
            IVec2::new(2000, 40),
            IVec2::new(-300, 0),
            IVec2::new(1700, 900),
        ] {
            assert_eq!(clamped(&screens(), None, Some(at), SIZE), (Some(at), SIZE));
        }
    }

    #[test]
    fn a_window_of_a_monitor_that_is_gone_comes_back_into_sight() {
        let one = &screens()[..1];
        for at in [
            IVec2::new(2000, 40),
            IVec2::new(-9000, -9000),
            IVec2::MAX,
            IVec2::MIN,
            IVec2::new(100, -60),
        ] {
            let (at, size) = clamped(one, Some("right"), Some(at), UVec2::new(4000, 3000));
            assert_eq!(size, one[0].size);
            assert_eq!(at, Some(IVec2::ZERO));
        }
    }

    #[test]
    fn a_monitor_that_moved_is_known_by_its_name() {
        let mut moved = screens();
        moved[1].at = IVec2::new(0, 3000);
        let (at, _) = clamped(&moved, Some("right"), Some(IVec2::new(2000, 40)), SIZE);
        let at = at.unwrap();
        assert_eq!(screen_of(&moved, at, SIZE), Some(&moved[1]));
    }

    #[test]
    fn a_new_window_goes_to_the_monitor_that_has_none() {
        let first = (IVec2::new(100, 100), SIZE);
        let (at, size) = for_new(&screens(), &[first]).unwrap();
        assert_eq!(screen_of(&screens(), at, size), Some(&screens()[1]));
        assert_eq!(for_new(&screens(), &[first, (at, size)]), None);
        assert_eq!(for_new(&[], &[first]), None);
    }

    #[test]
    fn a_window_of_a_monitor_at_twice_the_scale_is_no_larger_than_it() {
        let mut fine = screens();
        fine[1].scale = 2.0;
        let (_, size) = for_new(&fine, &[(IVec2::ZERO, SIZE)]).unwrap();
        assert_eq!(size, UVec2::new(864, 486));
        let (_, size) = clamped(&fine[1..], None, None, SIZE);
        assert_eq!(size, UVec2::new(960, 540));
    }
}
