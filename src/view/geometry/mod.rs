//! Generated turbines: one mesh a model and level of detail, from the model's real dimensions.
//!
//! Each vertex carries its surface and blade, and stands in the frame that the shader moves it in:
//! tower and foundation in the turbine's, the nacelle in the nacelle's (rotor towards -z, origin at
//! the foot), hub and blades in the rotor's (origin at the hub's centre, axis -z, blades along +y).

mod blade;
mod builder;
mod cutaway;
mod dimensions;
mod inside;
mod nacelle;
mod tables;
mod tag;
mod tower;
mod turbine;

pub use builder::ATTRIBUTE_PART;
pub use cutaway::Cut;
pub use dimensions::Dimensions;
pub use inside::part_places;
pub use tag::PLAIN_TONE;
pub use turbine::{DETAILS, Detail, inside_mesh, turbine_mesh};
