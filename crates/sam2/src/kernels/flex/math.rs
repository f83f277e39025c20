//! Functions that the compiler turns into vector instructions, for whatever the processor has.

use pulp::{Arch, NullaryFnOnce};

/// `e^x` with a relative error below 2e-7, by range reduction and the polynomial of Cephes' `expf`; nearly 0 below -87.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Added, it rounds to the nearest integer and leaves that in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let p = 1.987_569_1e-4_f32;
    let p = p.mul_add(r, 1.398_199_9e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1);
    let p = p.mul_add(r, 0.5);
    let p = p.mul_add(r * r, r + 1.0);
    p * f32::from_bits(rounded.to_bits().wrapping_shl(23).wrapping_add(127 << 23))
}

/// The error function to about 4 units in the last place: a quotient of polynomials in `x^2`, as in Eigen.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let z = x * x;
    let p = -2.726_142_3e-10_f32;
    let p = p.mul_add(z, 2.770_681_4e-8);
    let p = p.mul_add(z, -2.101_024e-6);
    let p = p.mul_add(z, -5.692_506_4e-5);
    let p = p.mul_add(z, -7.349_906e-4);
    let p = p.mul_add(z, -2.954_6e-3);
    let p = p.mul_add(z, -1.609_603_3e-2);
    let q = -1.456_607_2e-5_f32;
    let q = q.mul_add(z, -2.133_740_6e-4);
    let q = q.mul_add(z, -1.682_827e-3);
    let q = q.mul_add(z, -7.373_329e-3);
    let q = q.mul_add(z, -1.426_473_9e-2);
    x * p / q
}

/// `x` times the share of a normal distribution below `x`.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// Replaces every number by its GELU.
pub fn gelu_all(values: &mut [f32]) {
    struct Gelu<'a>(&'a mut [f32]);
    impl NullaryFnOnce for Gelu<'_> {
        type Output = ();
        #[inline(always)]
        fn call(self) {
            for x in self.0 {
                *x = gelu(*x);
            }
        }
    }
    Arch::new().dispatch(Gelu(values));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_the_last_digits() {
        for i in -8700..8800 {
            let x = i as f32 * 0.01;
            let truth = f64::from(x).exp();
            assert!((f64::from(exp(x)) - truth).abs() <= 2e-7 * truth, "e^{x}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn the_error_function_is_right_to_six_digits() {
        // The series of erf, which converges quickly up to 3.
        let series = |x: f64| {
            let mut term = x;
            let mut sum = x;
            for n in 1..80 {
                term *= -x * x / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * 2.0 / std::f64::consts::PI.sqrt()
        };
        for i in -300..=300 {
            let x = i as f32 * 0.01;
            assert!(
                (f64::from(erf(x)) - series(f64::from(x))).abs() < 5e-7,
                "erf({x})"
            );
        }
        assert!((erf(9.0) - 1.0).abs() < 2e-7);
        assert_eq!(erf(-9.0), -erf(9.0));
    }
}
