//! Noise without a random generator: the same place always has the same value.

/// Scatters the bits of `n` (the finaliser of MurmurHash3).
fn scatter(mut n: u32) -> u32 {
    n ^= n >> 16;
    n = n.wrapping_mul(0x85eb_ca6b);
    n ^= n >> 13;
    n = n.wrapping_mul(0xc2b2_ae35);
    n ^ (n >> 16)
}

/// A value from -1 to 1 for three whole numbers.
pub fn grain(a: u32, b: u32, c: u32) -> f32 {
    let mixed = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77).rotate_left(13);
    let bits = scatter(mixed.wrapping_add(c.wrapping_mul(0xc2b2_ae3d)));
    bits as f32 / (u32::MAX as f32 / 2.0) - 1.0
}

/// Smooth noise from -1 to 1 over the plane, with features of about one unit.
fn smooth(x: f32, y: f32, seed: u32) -> f32 {
    let (x0, y0) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - x0), ease(y - y0));
    let corner = |dx: i32, dy: i32| {
        let (column, row) = (x0 as i32 + dx, y0 as i32 + dy);
        grain(column.cast_unsigned(), row.cast_unsigned(), seed)
    };
    let near = corner(0, 0) * (1.0 - u) + corner(1, 0) * u;
    let far = corner(0, 1) * (1.0 - u) + corner(1, 1) * u;
    near * (1.0 - v) + far * v
}

/// Coarse and fine smooth noise together, from -1 to 1, the coarse features of about one unit.
pub fn fractal(x: f32, y: f32, seed: u32) -> f32 {
    0.65 * smooth(x, y, seed) + 0.35 * smooth(x * 2.5, y * 2.5, seed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_centred_and_within_its_range() {
        let values: Vec<f32> = (0..10_000).map(|i| grain(i, 3, 7)).collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!(values.iter().all(|v| (-1.0..=1.0).contains(v)));
    }

    #[test]
    fn smooth_noise_has_no_jumps() {
        let steps: Vec<f32> = (-500..500)
            .map(|i| fractal(i as f32 * 0.01, 0.3, 1))
            .collect();
        let jump = steps
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(jump < 0.1, "{jump}");
    }
}
