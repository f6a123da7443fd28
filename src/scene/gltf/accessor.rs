//! Accessors: numbers out of buffers, whatever their type, never beyond their end.

use gltf::json::accessor::{ComponentType, Type};
use gltf::json::validation::Checked;

use super::Fault;
use super::file::File;

/// Elements of one accessor.
const MOST_ELEMENTS: usize = 8_000_000;

/// One run of equal elements in a buffer.
struct Run<'a> {
    bytes: &'a [u8],
    stride: usize,
    count: usize,
}

impl<'a> Run<'a> {
    fn new(
        file: &'a File,
        what: &str,
        (view, offset): (usize, u64),
        (size, count): (usize, usize),
        own_stride: bool,
    ) -> Result<Self, Fault> {
        let bytes = file.view(view)?;
        let stride = file
            .root
            .buffer_views
            .get(view)
            .and_then(|v| v.byte_stride.as_ref())
            .filter(|_| own_stride)
            .map_or(size, |s| s.0);
        let beyond = || Fault::broken(format!("{what} reaches beyond buffer view {view}"));
        if stride < size {
            return Err(Fault::broken(format!(
                "{what}: its elements of {size} bytes are {stride} bytes apart"
            )));
        }
        let start = usize::try_from(offset).map_err(|_too_large| beyond())?;
        let length = count
            .saturating_sub(1)
            .checked_mul(stride)
            .and_then(|l| l.checked_add(size))
            .ok_or_else(beyond)?;
        let end = start.checked_add(length).ok_or_else(beyond)?;
        let bytes = bytes.get(start..end).ok_or_else(beyond)?;
        Ok(Self {
            bytes,
            stride,
            count,
        })
    }

    fn element(&self, index: usize) -> &'a [u8] {
        let start = index.saturating_mul(self.stride);
        self.bytes.get(start..).unwrap_or_default()
    }
}

fn components(kind: Type) -> usize {
    match kind {
        Type::Scalar => 1,
        Type::Vec2 => 2,
        Type::Vec3 => 3,
        Type::Vec4 | Type::Mat2 => 4,
        Type::Mat3 => 9,
        Type::Mat4 => 16,
    }
}

/// One component, as a float: normalised where the accessor says so.
fn number(bytes: &[u8], at: usize, kind: ComponentType, normalized: bool) -> f32 {
    let size = kind.size();
    let take = bytes.get(at * size..(at + 1) * size).unwrap_or_default();
    let scaled = |value: f32, most: f32| {
        if normalized {
            (value / most).max(-1.0)
        } else {
            value
        }
    };
    match (kind, take) {
        (ComponentType::I8, &[a]) => scaled(f32::from(a as i8), 127.0),
        (ComponentType::U8, &[a]) => scaled(f32::from(a), 255.0),
        (ComponentType::I16, &[a, b]) => scaled(f32::from(i16::from_le_bytes([a, b])), 32_767.0),
        (ComponentType::U16, &[a, b]) => scaled(f32::from(u16::from_le_bytes([a, b])), 65_535.0),
        (ComponentType::U32, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as f32,
        (ComponentType::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
        _ => 0.0,
    }
}

fn whole(bytes: &[u8], kind: ComponentType) -> u32 {
    match (kind, bytes) {
        (ComponentType::U8, &[a, ..]) => u32::from(a),
        (ComponentType::U16, &[a, b, ..]) => u32::from(u16::from_le_bytes([a, b])),
        (ComponentType::U32, &[a, b, c, d, ..]) => u32::from_le_bytes([a, b, c, d]),
        _ => u32::MAX,
    }
}

/// Reads an accessor of vectors with at least `N` components.
pub(super) fn vectors<const N: usize>(file: &File, index: usize) -> Result<Vec<[f32; N]>, Fault> {
    let what = format!("accessor {index}");
    let accessor = file
        .root
        .accessors
        .get(index)
        .ok_or_else(|| Fault::broken(format!("there is no {what}")))?;
    let (Checked::Valid(component), Checked::Valid(kind)) =
        (accessor.component_type, accessor.type_)
    else {
        return Err(Fault::broken(format!("{what} has an unknown type")));
    };
    let (component, width) = (component.0, components(kind));
    if width < N {
        return Err(Fault::broken(format!(
            "{what} has {width} numbers an element; {N} are needed"
        )));
    }
    let count = count(accessor.count.0, &what)?;
    let size = width * component.size();
    let element = |bytes: &[u8]| -> [f32; N] {
        std::array::from_fn(|i| number(bytes, i, component, accessor.normalized))
    };
    let mut values = match accessor.buffer_view {
        Some(view) => {
            let offset = accessor.byte_offset.map_or(0, |o| o.0);
            let run = Run::new(file, &what, (view.value(), offset), (size, count), true)?;
            (0..run.count).map(|i| element(run.element(i))).collect()
        }
        None if accessor.sparse.is_some() => vec![[0.0; N]; count],
        None => {
            return Err(Fault::broken(format!(
                "{what} has no data: an extension that is not read may hold it"
            )));
        }
    };
    if let Some(sparse) = &accessor.sparse {
        let Checked::Valid(index_type) = sparse.indices.component_type else {
            return Err(Fault::broken(format!("{what} has unknown sparse indices")));
        };
        let some = self::count(sparse.count.0, &what)?;
        let from =
            |view: usize, offset, size| Run::new(file, &what, (view, offset), (size, some), false);
        let (at, with) = (&sparse.indices, &sparse.values);
        let at = from(
            at.buffer_view.value(),
            at.byte_offset.0,
            index_type.0.size(),
        )?;
        let with = from(with.buffer_view.value(), with.byte_offset.0, size)?;
        for i in 0..some {
            let target = whole(at.element(i), index_type.0) as usize;
            let value = values.get_mut(target).ok_or_else(|| {
                Fault::broken(format!("{what} has a sparse index beyond its end"))
            })?;
            *value = element(with.element(i));
        }
    }
    Ok(values)
}

/// Reads an accessor of indices.
pub(super) fn indices(file: &File, index: usize) -> Result<Vec<u32>, Fault> {
    let what = format!("accessor {index}");
    let accessor = file
        .root
        .accessors
        .get(index)
        .ok_or_else(|| Fault::broken(format!("there is no {what}")))?;
    let (Checked::Valid(component), Some(view)) = (accessor.component_type, accessor.buffer_view)
    else {
        return Err(Fault::broken(format!("{what} has no usable data")));
    };
    let kind = component.0;
    if !matches!(
        kind,
        ComponentType::U8 | ComponentType::U16 | ComponentType::U32
    ) {
        return Err(Fault::broken(format!("{what}: indices must be unsigned")));
    }
    let count = count(accessor.count.0, &what)?;
    let place = (view.value(), accessor.byte_offset.map_or(0, |o| o.0));
    let run = Run::new(file, &what, place, (kind.size(), count), true)?;
    Ok((0..run.count)
        .map(|i| whole(run.element(i), kind))
        .collect())
}

fn count(count: u64, what: &str) -> Result<usize, Fault> {
    usize::try_from(count)
        .ok()
        .filter(|&n| n <= MOST_ELEMENTS)
        .filter(|&n| n > 0)
        .ok_or_else(|| {
            Fault::broken(format!(
                "{what} has {count} elements; 1 to {MOST_ELEMENTS} are read"
            ))
        })
}
