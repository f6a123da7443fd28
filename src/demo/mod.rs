//! The demonstration: a wind-farm simulator that publishes real MQTT traffic.
