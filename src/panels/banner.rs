//! The alarms in the top bar, always in view: counts, what is set aside, the flood, the newest.

use bevy_egui::egui::{
    Align, Button, FontId, Label, Layout, RichText, Sense, Ui, UiBuilder, WidgetInfo, WidgetType,
    pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::alarms::{Alarm, AlarmKey, Count};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::set_aside::set_aside_count;
use crate::panels::top_bar::{Room, TopBarRequest};
use crate::panels::widgets::priority_word;
use crate::scene::Priority;
use crate::theme::{BODY, LARGE, MarkFill, SMALL, paint_mark, semibold, strong};

/// How many alarms of each priority are shown.
pub fn counts(farm: &Farm) -> [(Priority, Count); 4] {
    if let Some(alarms) = farm.desk.alarms {
        return Priority::ALL.map(|priority| (priority, alarms.count(priority)));
    }
    let mut all = Priority::ALL.map(|priority| (priority, Count::default()));
    for alarm in farm.standing {
        let of_priority = all.iter_mut().find(|(of, _)| *of == alarm.priority);
        if let Some((_, count)) = of_priority {
            count.active += usize::from(alarm.is_active());
            count.unacknowledged += usize::from(alarm.is_unacknowledged());
        }
    }
    all
}

/// The newest unacknowledged alarm of the highest priority that has one.
fn newest<'a>(farm: &Farm<'a>) -> Option<&'a Alarm> {
    let counts = counts(farm);
    let (priority, _) = counts.iter().find(|(_, count)| count.unacknowledged > 0)?;
    let mut newest_first = farm.standing.iter().rev();
    newest_first.find(|alarm| alarm.priority == *priority && alarm.is_unacknowledged())
}

/// The counts of each priority, and what waits.
pub(super) fn banner_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    room: Room,
    request: &mut TopBarRequest,
) {
    let counts = counts(farm);
    for (priority, count) in counts {
        count_ui(ui, look, priority, count, room, request);
    }
    if room > Room::Least {
        let waiting = counts.iter().map(|(_, count)| count.unacknowledged).sum();
        waiting_ui(ui, look, waiting, request);
    }
    set_aside_ui(ui, look, set_aside_count(farm), room, request);
    flood_ui(ui, farm, room, request);
    ui.add_space(if room > Room::Least { 8.0 } else { 0.0 });
}

fn waiting_ui(ui: &mut Ui, look: &Look, waiting: usize, request: &mut TopBarRequest) {
    let words = format!("{} unacknowledged", format::count(waiting as u64));
    let words = if waiting > 0 {
        strong(words)
    } else {
        RichText::new(words).color(look.theme.quiet)
    };
    let button = Button::new(words.size(BODY)).frame_when_inactive(false);
    if ui
        .add(button)
        .on_hover_text("Show them in the alarm list")
        .clicked()
    {
        request.show_unacknowledged = true;
    }
}

/// A quiet word; nothing where nothing is set aside.
fn set_aside_ui(ui: &mut Ui, look: &Look, count: usize, room: Room, request: &mut TopBarRequest) {
    if count == 0 || room == Room::Least {
        return;
    }
    let words = format!("{} set aside", format::count(count as u64));
    let button = Button::new(look.quiet(words).size(BODY)).frame_when_inactive(false);
    if ui
        .add(button)
        .on_hover_text("Shelved, suppressed or out of service")
        .clicked()
    {
        request.show_set_aside = true;
    }
}

fn flood_ui(ui: &mut Ui, farm: &Farm, room: Room, request: &mut TopBarRequest) {
    let Some(flood) = farm.desk.flood else {
        return;
    };
    let recent = format::count(u64::from(flood.recent));
    let words = match room {
        Room::Least | Room::Narrow => format!("{} Flood", icon::WAVES),
        Room::Wide => format!("{} Flood: {recent} in 10 min", icon::WAVES),
    };
    let response = ui.add(Button::new(strong(words).size(BODY)));
    let name = format!("Flood: {recent} alarms in 10 min");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name.clone()));
    let hint = format!("{name}\nThe alarm list is grouped by what began them");
    if response.on_hover_text(hint).clicked() {
        request.show_flood = true;
    }
}

/// In less room than this the newest alarm is not told in words, points.
const LEAST_WORDS: f32 = 220.0;

/// The newest unacknowledged alarm of the highest priority, where there is room for words.
pub(super) fn newest_ui(ui: &mut Ui, look: &Look, farm: &Farm) -> Option<AlarmKey> {
    let room = ui.available_width() - 16.0;
    let alarm = newest(farm).filter(|_| room >= LEAST_WORDS)?;
    ui.add_space(8.0);
    let ago = format::age(look.now_ms - alarm.raised_ms);
    let quiet = look.theme.quiet;
    let painter = ui.painter().clone();
    let line = |words: String, size: f32, is_strong: bool, color| {
        let font = match is_strong {
            true => FontId::new(size, semibold()),
            false => FontId::proportional(size),
        };
        painter.layout_no_wrap(words, font, color)
    };
    let turbine = line(alarm.turbine_id.to_string(), BODY, true, look.theme.text);
    let ago_line = line(ago.clone(), SMALL, false, quiet);
    let taken = 36.0 + turbine.size().x + 8.0 + 8.0 + ago_line.size().x + 8.0;
    let name = Label::new(RichText::new(&*alarm.name).color(look.theme.text)).truncate();
    let (rect, response) = ui.allocate_exact_size(vec2(room.min(480.0), 32.0), Sense::click());
    let most = (rect.width() - taken).max(40.0);
    let inner = rect.with_max_x(rect.left() + 36.0 + turbine.size().x + 8.0 + most);
    let name_from = inner.left() + 36.0 + turbine.size().x + 8.0;
    if response.hovered() || response.has_focus() {
        let fill = ui.visuals().widgets.hovered.bg_fill;
        painter.rect_filled(rect, 4.0, fill);
    }
    let y = rect.center().y;
    let fill = MarkFill::flash(look.flash_is_filled());
    let mark = pos2(rect.left() + 18.0, y);
    paint_mark(&painter, mark, 16.0, alarm.priority, fill, look.theme);
    let at = pos2(rect.left() + 36.0, y - turbine.size().y / 2.0);
    painter.galley(at, turbine, quiet);
    let place = inner.with_min_x(name_from);
    let layout = Layout::left_to_right(Align::Center);
    let mut of_name = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
    let shown = of_name.add(name).rect;
    let at = pos2(shown.right() + 8.0, y - ago_line.size().y / 2.0 + 1.0);
    painter.galley(at, ago_line, quiet);
    let words = format!(
        "Newest {}: {}, {}, {ago}",
        alarm.priority.name(),
        alarm.turbine_id,
        alarm.name
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, words.clone()));
    response
        .on_hover_text(format!("{words} ago\nClick to show it"))
        .clicked()
        .then_some(alarm.key)
}

/// The mark of a priority, how many are active and how many unacknowledged: `3 1 unack.`, or `1/3`
/// where there is little room.
fn count_ui(
    ui: &mut Ui,
    look: &Look,
    priority: Priority,
    counts: Count,
    wide: Room,
    request: &mut TopBarRequest,
) {
    let Count {
        active,
        unacknowledged,
    } = counts;
    let is_calm = active == 0 && unacknowledged == 0;
    let number = format::count(active as u64);
    let number = if is_calm || wide == Room::Wide {
        number
    } else {
        format!("{}/{number}", format::count(unacknowledged as u64))
    };
    let tone = if is_calm {
        look.theme.quiet
    } else {
        look.theme.text
    };
    let painter = ui.painter().clone();
    let font = |size, family| FontId::new(size, family);
    let big = painter.layout_no_wrap(number, font(LARGE, semibold()), tone);
    let note = (unacknowledged > 0 && wide == Room::Wide).then(|| {
        let words = format!("{} unack.", format::count(unacknowledged as u64));
        let family = bevy_egui::egui::FontFamily::Proportional;
        painter.layout_no_wrap(words, font(SMALL, family), look.theme.quiet)
    });
    let width =
        8.0 + 20.0 + 6.0 + big.size().x + note.as_ref().map_or(0.0, |n| n.size().x + 6.0) + 8.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 32.0), Sense::click());
    if response.hovered() || response.has_focus() {
        let fill = ui.visuals().widgets.hovered.bg_fill;
        painter.rect_filled(rect, 4.0, fill);
    }
    let middle = rect.center().y;
    let mut mark_theme = look.theme.clone();
    if is_calm {
        // Nothing of this priority stands: its mark is there, but quiet.
        mark_theme.text = look.theme.quiet;
    }
    let fill = if is_calm {
        MarkFill::Hollow
    } else {
        MarkFill::flash(unacknowledged == 0 || look.flash_is_filled())
    };
    let at = pos2(rect.left() + 18.0, middle);
    paint_mark(&painter, at, 18.0, priority, fill, &mark_theme);
    let x = rect.left() + 34.0;
    let big_width = big.size().x;
    painter.galley(pos2(x, middle - big.size().y / 2.0), big, tone);
    if let Some(note) = note {
        let at = pos2(x + big_width + 6.0, middle - note.size().y / 2.0 + 1.0);
        painter.galley(at, note, look.theme.quiet);
    }
    let words = format!(
        "{}: {active} active, {unacknowledged} unacknowledged",
        priority_word(priority)
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, words.clone()));
    let hint = if is_calm || wide == Room::Wide {
        words
    } else {
        format!("{words}\nShown as unacknowledged/active")
    };
    if response.on_hover_text(hint).clicked() {
        request.show_priority = Some(priority);
    }
}
