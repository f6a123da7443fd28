//! The container: a GLB's chunks or a `.gltf` with its buffers.

use base64::Engine as _;
use gltf::json::{self, Root};

use super::{Fault, Siblings};

const GLB_MAGIC: &[u8] = b"glTF";
const CHUNK_JSON: u32 = 0x4E4F_534A;
const CHUNK_BIN: u32 = 0x004E_4942;
/// All buffers together.
const MOST_BYTES: usize = 512 << 20;
const MOST_BUFFERS: usize = 1_000;

/// A parsed file with its buffers.
#[derive(Debug)]
pub(super) struct File {
    pub root: Root,
    /// By index; `None` for one without data, which only extensions fill.
    buffers: Vec<Option<Vec<u8>>>,
    /// It is a GLB.
    pub is_binary: bool,
}

impl File {
    /// Reads the container and all its buffers.
    pub fn read(bytes: &[u8], siblings: &mut Siblings<'_>) -> Result<Self, Fault> {
        let (root, chunk, is_binary) = Self::parse(bytes)?;
        let mut file = Self {
            root,
            buffers: Vec::new(),
            is_binary,
        };
        file.read_buffers(chunk, siblings)?;
        Ok(file)
    }

    /// Reads the JSON alone, and finds the binary chunk.
    pub fn parse(bytes: &[u8]) -> Result<(Root, Option<&[u8]>, bool), Fault> {
        let (text, chunk, is_binary) = if bytes.starts_with(GLB_MAGIC) {
            let (text, chunk) = glb(bytes)?;
            (text, chunk, true)
        } else {
            (bytes, None, false)
        };
        let first = text.iter().find(|b| !b.is_ascii_whitespace());
        if first != Some(&b'{') {
            return Err(Fault::broken("it is neither GLB nor glTF JSON"));
        }
        let root = json::deserialize::from_slice(text)
            .map_err(|error| Fault::broken(format!("its JSON is not glTF 2.0: {error}")))?;
        Ok((root, chunk, is_binary))
    }

    fn read_buffers(
        &mut self,
        chunk: Option<&[u8]>,
        siblings: &mut Siblings<'_>,
    ) -> Result<(), Fault> {
        if self.root.buffers.len() > MOST_BUFFERS {
            return Err(Fault::broken(format!("more than {MOST_BUFFERS} buffers")));
        }
        let mut total = 0;
        for (index, buffer) in self.root.buffers.iter().enumerate() {
            let data = match (&buffer.uri, chunk) {
                (Some(uri), _) => Some(
                    resource(uri, siblings)
                        .map_err(|why| Fault::broken(format!("buffer {index}: {why}")))?,
                ),
                (None, Some(chunk)) if index == 0 => Some(chunk.to_vec()),
                (None, _) => None,
            };
            let wanted = buffer.byte_length.0;
            if let Some(data) = &data
                && (data.len() as u64) < wanted
            {
                return Err(Fault::broken(format!(
                    "buffer {index} should have {wanted} bytes but has {}: the file is cut off",
                    data.len()
                )));
            }
            total += data.as_ref().map_or(0, Vec::len);
            if total > MOST_BYTES {
                return Err(Fault::broken("its buffers are larger than 512 MiB"));
            }
            self.buffers.push(data);
        }
        Ok(())
    }

    /// The bytes of a buffer view.
    pub fn view(&self, index: usize) -> Result<&[u8], Fault> {
        let view = self
            .root
            .buffer_views
            .get(index)
            .ok_or_else(|| Fault::broken(format!("there is no buffer view {index}")))?;
        let number = view.buffer.value();
        let buffer = self
            .buffers
            .get(number)
            .ok_or_else(|| Fault::broken(format!("there is no buffer {number}")))?
            .as_ref()
            .ok_or_else(|| Fault::broken(format!("buffer {number} has no data")))?;
        let start = view.byte_offset.map_or(0, |o| o.0);
        let end = start.checked_add(view.byte_length.0);
        let range = usize::try_from(start)
            .ok()
            .zip(end.and_then(|e| usize::try_from(e).ok()));
        range
            .and_then(|(start, end)| buffer.get(start..end))
            .ok_or_else(|| {
                Fault::broken(format!(
                    "buffer view {index} reaches beyond its buffer of {} bytes",
                    buffer.len()
                ))
            })
    }
}

/// What a URI of the file stands for: a data URI, or a file beside it.
pub(super) fn resource(uri: &str, siblings: &mut Siblings<'_>) -> Result<Vec<u8>, String> {
    if let Some(data) = uri.strip_prefix("data:") {
        let (_, encoded) = data
            .split_once(";base64,")
            .ok_or("its data URI is not base64")?;
        return base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .map_err(|error| format!("its data URI is not base64: {error}"));
    }
    if uri.contains("://") {
        return Err(format!(
            "{} is not a file beside it",
            crate::scene::problem::quoted(uri)
        ));
    }
    siblings(&unescaped(uri))
}

/// `%20` and the like as what they stand for.
fn unescaped(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = after
            .get(if code.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The JSON and the binary chunk of a GLB.
fn glb(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), Fault> {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4)?;
        Some(u32::from_le_bytes(four.try_into().ok()?))
    };
    let cut = || Fault::broken("the GLB is cut off");
    let version = number(4).ok_or_else(cut)?;
    if version != 2 {
        return Err(Fault::broken(format!(
            "the GLB has version {version}; version 2 is read"
        )));
    }
    let length = number(8).ok_or_else(cut)? as usize;
    if length > bytes.len() {
        return Err(Fault::broken(format!(
            "the GLB is cut off: {} of {length} bytes",
            bytes.len()
        )));
    }
    let (mut text, mut binary) = (None, None);
    let mut at = 12;
    while let (Some(size), Some(kind)) = (number(at), number(at + 4)) {
        let data = bytes.get(at + 8..).and_then(|b| b.get(..size as usize));
        let data = data.ok_or_else(cut)?;
        match kind {
            CHUNK_JSON if text.is_none() => text = Some(data),
            CHUNK_BIN if binary.is_none() => binary = Some(data),
            // Others are extensions, which a reader passes over.
            _ => {}
        }
        at += 8 + size as usize;
    }
    let text = text.ok_or_else(|| Fault::broken("the GLB has no JSON chunk"))?;
    Ok((text, binary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_in_names_are_undone_and_stray_percents_kept() {
        assert_eq!(unescaped("a%20b%2Fc.bin"), "a b/c.bin");
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("%zz%4"), "%zz%4");
    }

    #[test]
    fn a_resource_on_the_network_is_refused() {
        let mut none = |_: &str| Err("no".to_owned());
        let error = resource("https://example.com/a.bin", &mut none).unwrap_err();
        assert!(error.contains("not a file beside it"), "{error}");
    }
}
