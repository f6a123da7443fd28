//! The farm of any scene: its turbines, its models' sizes, its topics, and the signals that the
//! simulator knows how to measure.

use crate::scene::{PayloadFormat, Scene, ValueKind};

use super::curves::Curves;
use super::farm::{Farm, Field, Machine, MachineModel, Payload, Topic};
use super::quantity::Quantity;
use super::signal_names::quantity_of;

/// A double-fed generator of six poles at 50 Hz, at nominal slip.
const NOMINAL_GENERATOR_RPM: f64 = 1680.0;

impl Farm {
    /// The farm of a scene, and the names of the signals that are left out, each once: neither name
    /// nor field tells what they measure.
    pub fn of_scene(scene: &Scene) -> (Self, Vec<String>) {
        let mut unknown: Vec<String> = Vec::new();
        let models = scene
            .models
            .iter()
            .map(|model| {
                let mut fields = Vec::new();
                // What is worked out is not sent.
                for signal in model.signals.iter().filter(|s| s.expression.is_none()) {
                    match quantity_of(&signal.name, &signal.field) {
                        // A text that is no signal of codes cannot be a list of them.
                        Some(Quantity::AlarmCodes)
                            if signal.kind == ValueKind::Text && !signal.carries_codes => {}
                        Some(Quantity::AlarmCodes) if signal.kind == ValueKind::Boolean => {}
                        Some(Quantity::AlarmCodes) if signal.kind == ValueKind::Number => {
                            fields.push(Field {
                                pointer: signal.field.clone(),
                                quantity: Quantity::AlarmCode,
                                unit: String::new(),
                                conversion: None,
                            });
                        }
                        Some(quantity) => fields.push(Field {
                            pointer: signal.field.clone(),
                            quantity,
                            unit: signal.unit.clone(),
                            conversion: signal.conversion,
                        }),
                        None if unknown.iter().any(|name| **name == *signal.name) => {}
                        None => unknown.push(signal.name.to_string()),
                    }
                }
                let diameter_m = f64::from(model.rotor_diameter_m);
                let power_kw = f64::from(model.rated_power_kw);
                let is_geared = fields.iter().any(|field: &Field| {
                    matches!(
                        field.quantity,
                        Quantity::GearboxOilTemperature | Quantity::GearboxBearingTemperature
                    )
                });
                MachineModel {
                    name: model.name.clone(),
                    rotor_diameter_m: diameter_m,
                    rated_power_kw: power_kw,
                    gear_ratio: if is_geared {
                        NOMINAL_GENERATOR_RPM / Curves::new(power_kw, diameter_m).nominal_rpm()
                    } else {
                        1.0
                    },
                    fields,
                }
            })
            .collect();
        let machines = scene
            .turbines
            .iter()
            .map(|turbine| Machine {
                id: turbine.id.to_string(),
                model: turbine.model,
                east_m: turbine.east_m,
                north_m: turbine.north_m,
            })
            .collect();
        let topics = scene
            .topics
            .iter()
            .map(|topic| Topic {
                pattern: topic.filter.clone(),
                payload: match topic.payload {
                    PayloadFormat::Json => Payload::Json {
                        time: topic.time.clone(),
                        quality: topic.quality.clone(),
                    },
                    PayloadFormat::Value => Payload::Value,
                },
            })
            .collect();
        (
            Self {
                models,
                machines,
                topics,
            },
            unknown,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fleet::SignalColumn;
    use crate::scene::{Broker, Ground, Model, Signal, Site, TopicMapping, Turbine};

    fn signal(column: u16, name: &str, field: &str) -> Signal {
        Signal {
            column: SignalColumn(column),
            name: name.into(),
            field: field.to_owned(),
            unit: "degC".to_owned(),
            range: None,
            kind: ValueKind::Number,
            drives: None,
            part: None,
            ..Signal::default()
        }
    }

    #[test]
    fn what_can_be_measured_is_published_and_the_rest_is_named_once() {
        let model = Model {
            id: "v90".into(),
            name: "V90".to_owned(),
            hub_height_m: 80.0,
            rotor_diameter_m: 90.0,
            rated_power_kw: 3000.0,
            shape: crate::scene::TurbineShape::default(),
            gltf: None,
            signals: vec![
                signal(0, "oil_temperature", "/oil"),
                signal(1, "coffee", "/c"),
            ],
            ..Model::default()
        };
        let scene = Scene {
            path: "x.toml".into(),
            files: Vec::new(),
            title: String::new(),
            site: Site {
                latitude_deg: 0.0,
                longitude_deg: 0.0,
                ground: Ground::Land,
                time_zone: None,
                ..Site::default()
            },
            broker: Broker {
                url: "mqtt://localhost".to_owned(),
                stale_after: std::time::Duration::from_secs(30),
                username_env: None,
                password_env: None,
            },
            topics: vec![TopicMapping {
                filter: "a/{turbine}".to_owned(),
                payload: PayloadFormat::Json,
                time: None,
                quality: None,
            }],
            signals: vec!["oil_temperature".into(), "coffee".into()],
            kinds: vec![ValueKind::Number; 2],
            models: vec![model.clone(), model],
            turbines: vec![Turbine {
                id: "A1".into(),
                model: 1,
                east_m: 5.0,
                north_m: 6.0,
                up_m: 0.0,
                ..Turbine::default()
            }],
            views: Vec::new(),
            rules: Vec::new(),
            texts: Arc::default(),
            ..Scene::default()
        };
        let (farm, unknown) = Farm::of_scene(&scene);
        assert_eq!(unknown, ["coffee"]);
        assert_eq!(farm.machines[0].id, "A1");
        let fields = &farm.model_of(0).unwrap().fields;
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].quantity, Quantity::GearboxOilTemperature);
        assert_eq!(farm.topics[0].pattern, "a/{turbine}");
    }
}
