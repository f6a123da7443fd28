//! A sound as a WAV file.

use crate::sound::tone::SAMPLES_PER_S;

/// The bytes of a WAV file of one channel with 16 bits a sample.
pub(super) fn wav(samples: &[i16]) -> Vec<u8> {
    let length = (samples.len() * 2) as u32;
    let mut bytes = Vec::with_capacity(44 + samples.len() * 2);
    bytes.extend(b"RIFF");
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(SAMPLES_PER_S.to_le_bytes());
    bytes.extend((SAMPLES_PER_S * 2).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_how_long_the_file_is() {
        let bytes = wav(&[1, -2]);
        assert_eq!(bytes.len(), 48);
        assert_eq!(bytes[4..8], 40_u32.to_le_bytes());
        assert_eq!(bytes[40..], [4, 0, 0, 0, 1, 0, 254, 255]);
        assert_eq!(bytes[24..28], 44_100_u32.to_le_bytes());
    }
}
