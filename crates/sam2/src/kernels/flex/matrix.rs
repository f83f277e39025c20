//! Matrix products on one thread, on parts of larger arrays.

/// A matrix inside an array; indices beyond its last element are a mistake of the caller and panic.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    pub values: &'a [f32],
    /// Distance from a row to the next.
    pub row: usize,
    /// Distance from a column to the next.
    pub column: usize,
}

impl Matrix<'_> {
    fn check(&self, rows: usize, columns: usize) {
        let last = (rows - 1) * self.row + (columns - 1) * self.column;
        assert!(
            last < self.values.len(),
            "a matrix reaches beyond its array"
        );
    }
}

/// `out = scale * left * right`, or added to `out` when `add`; `out` has rows of `columns` at a distance of `row`.
///
/// `[rows, inner, columns]`: `left` is `rows x inner`, `right` is `inner x columns`.
pub fn multiply(
    out: &mut [f32],
    row: usize,
    add: bool,
    left: Matrix<'_>,
    right: Matrix<'_>,
    [rows, inner, columns]: [usize; 3],
    scale: f32,
) {
    if rows == 0 || inner == 0 || columns == 0 {
        return;
    }
    left.check(rows, inner);
    right.check(inner, columns);
    assert!(
        (rows - 1) * row + columns <= out.len(),
        "a product reaches beyond its array"
    );
    // Rows of at most 2^40 numbers: the conversions are exact.
    let distance = |n: usize| n as isize;
    #[expect(
        unsafe_code,
        reason = "the library's interface; every index was checked above"
    )]
    // SAFETY: all elements that the three matrices name lie within their slices.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            out.as_mut_ptr(),
            1,
            distance(row),
            add,
            left.values.as_ptr(),
            distance(left.column),
            distance(left.row),
            right.values.as_ptr(),
            distance(right.column),
            distance(right.row),
            1.0,
            scale,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
