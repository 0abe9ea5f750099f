//! FNV-1a, with a panic whose path ends in the binary.
pub fn fnv(bytes: &[u8]) -> u64 {
    assert!(bytes.len() < 1 << 20, "too long: {}", bytes.len());
    bytes.iter().fold(0xcbf29ce484222325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100000001b3))
}
