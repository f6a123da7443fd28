//! A small scene for unit tests.

use std::sync::Arc;
use std::time::Duration;

use crate::fleet::SignalColumn;
use crate::rules::Texts;
use crate::scene::{
    Broker, Ground, Model, PayloadFormat, Scene, Signal, Site, TopicMapping, Turbine, ValueKind,
};

/// A scene of these turbines, all of one model with `oil_temperature` (`/WTRM/OilTmp`), `running`
/// (`/on`) and `state` (`/st`), and JSON at `farm/{turbine}/telemetry` (time `/ts`, quality `/q`)
/// and bare values at `v/{turbine}/{signal}`.
pub(super) fn scene(ids: &[&str]) -> Scene {
    let signals = [
        ("oil_temperature", "/WTRM/OilTmp", ValueKind::Number),
        ("running", "/on", ValueKind::Boolean),
        ("state", "/st", ValueKind::Text),
    ];
    let signal = |(column, (name, field, kind)): (usize, (&str, &str, ValueKind))| Signal {
        column: SignalColumn(column as u16),
        name: name.into(),
        field: field.into(),
        unit: String::new(),
        range: None,
        kind,
        drives: None,
        part: None,
        ..Signal::default()
    };
    let topic = |filter: &str, payload| TopicMapping {
        filter: filter.into(),
        payload,
        time: Some("/ts".into()),
        quality: Some("/q".into()),
    };
    Scene {
        path: "test.toml".into(),
        files: Vec::new(),
        title: "Test".into(),
        site: Site {
            latitude_deg: 55.0,
            longitude_deg: 8.0,
            ground: Ground::Sea,
            time_zone: None,
            ..Site::default()
        },
        broker: Broker {
            url: "mqtt://127.0.0.1".into(),
            stale_after: Duration::from_secs(30),
            username_env: None,
            password_env: None,
        },
        topics: vec![
            topic("farm/{turbine}/telemetry", PayloadFormat::Json),
            topic("v/{turbine}/{signal}", PayloadFormat::Value),
        ],
        signals: signals.iter().map(|(name, ..)| (*name).into()).collect(),
        kinds: signals.iter().map(|(.., kind)| *kind).collect(),
        models: vec![Model {
            id: "v80".into(),
            name: "V80".into(),
            hub_height_m: 70.0,
            rotor_diameter_m: 80.0,
            rated_power_kw: 2000.0,
            shape: crate::scene::TurbineShape::default(),
            gltf: None,
            signals: signals.into_iter().enumerate().map(signal).collect(),
            ..Model::default()
        }],
        turbines: ids
            .iter()
            .map(|id| Turbine {
                id: (*id).into(),
                model: 0,
                east_m: 0.0,
                north_m: 0.0,
                up_m: 0.0,
                ..Turbine::default()
            })
            .collect(),
        views: Vec::new(),
        rules: Vec::new(),
        texts: Arc::new(Texts::default()),
        ..Scene::default()
    }
}
