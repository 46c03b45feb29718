// Small linear systems, many at once, each in double precision: what libraries made for large ones are slow at.
// Compiled when a device is first used (kernels.py), by the compiler that comes with torch; on a host for the tests.

#ifdef ON_HOST
struct Index { int x; };
static Index threadIdx = {0}, blockIdx = {0}, blockDim = {1};
static double memory[1 << 16];
static void __syncthreads() {}
#define __global__
#endif

#define REACH 3  // off-diagonal bands
#define MOST 64  // frames

// One system a thread: symmetric, positive definite, of bands (4, frames), the diagonal first; row d couples i to i + d.
// Leaves the solution for each of the columns (frames, columns), and the diagonal of the inverse (frames,). Of the
// factors L and D what the next row asks for stays in registers.
extern "C" __global__ void solve_banded(
    const double* all_bands, const double* all_columns, double* all_solved, double* all_variance,
    int systems, int frames, int columns)
{
    int system = blockIdx.x * blockDim.x + threadIdx.x;
    if (system >= systems) return;
    const double* bands = all_bands + (long long)system * (REACH + 1) * frames;
    const double* given = all_columns + (long long)system * frames * columns;
    double* solved = all_solved + (long long)system * frames * columns;
    double* variance = all_variance + (long long)system * frames;
    double lower[MOST][REACH + 1];  // L[i][d - 1] couples i to i - d; then one over the diagonal of D
    double own1 = 0.0, own2 = 0.0, own3 = 0.0;  // of the rows i - 1, i - 2, i - 3: one over the diagonal of D
    double near12 = 0.0, near13 = 0.0, near23 = 0.0;  // L of i - 1 to i - 2, of i - 1 to i - 3, of i - 2 to i - 3

    for (int i = 0; i < frames; i++) {
        double to3 = i > 2 ? bands[3 * frames + i - 3] : 0.0;  // L D: to i - 3, i - 2, i - 1
        double to2 = i > 1 ? bands[2 * frames + i - 2] - to3 * near23 : 0.0;
        double to1 = i > 0 ? bands[frames + i - 1] - to3 * near13 - to2 * near12 : 0.0;
        double l1 = to1 * own1, l2 = to2 * own2, l3 = to3 * own3;
        double own = 1.0 / (bands[i] - to1 * l1 - to2 * l2 - to3 * l3);
        lower[i][0] = l1; lower[i][1] = l2; lower[i][2] = l3; lower[i][3] = own;
        for (int c = 0; c < columns; c++) {
            double value = given[i * columns + c];
            if (i > 0) value -= l1 * solved[(i - 1) * columns + c];
            if (i > 1) value -= l2 * solved[(i - 2) * columns + c];
            if (i > 2) value -= l3 * solved[(i - 3) * columns + c];
            solved[i * columns + c] = value;
        }
        near23 = near12; near13 = l2; near12 = l1;
        own3 = own2; own2 = own1; own1 = own;
    }
    double near[REACH][REACH] = {};  // of the inverse: rows and columns i + 1 ... i + REACH
    double above1 = 0.0, above2 = 0.0, above3 = 0.0;  // L of i + 1, i + 2, i + 3 to i
    for (int i = frames - 1; i >= 0; i--) {
        above1 = i + 1 < frames ? lower[i + 1][0] : 0.0;
        above2 = i + 2 < frames ? lower[i + 2][1] : 0.0;
        above3 = i + 3 < frames ? lower[i + 3][2] : 0.0;
        double inverse = lower[i][REACH];
        for (int c = 0; c < columns; c++) {
            double value = solved[i * columns + c] * inverse;
            if (i + 1 < frames) value -= above1 * solved[(i + 1) * columns + c];
            if (i + 2 < frames) value -= above2 * solved[(i + 2) * columns + c];
            if (i + 3 < frames) value -= above3 * solved[(i + 3) * columns + c];
            solved[i * columns + c] = value;
        }
        double row[REACH], own = inverse;
        for (int a = 0; a < REACH; a++) row[a] = -above1 * near[0][a] - above2 * near[1][a] - above3 * near[2][a];
        own -= above1 * row[0] + above2 * row[1] + above3 * row[2];
        variance[i] = own;
        for (int a = REACH - 1; a > 0; a--)
            for (int b = REACH - 1; b > 0; b--) near[a][b] = near[a - 1][b - 1];
        near[0][0] = own;
        for (int a = 1; a < REACH; a++) near[0][a] = near[a][0] = row[a - 1];
    }
}

// One system a block: Gauss and Jordan's elimination without exchange of rows, which symmetric systems that are positive
// definite, or so but for the sign of a last part, do without. (size, size) and (size, columns) -> (size, columns).
extern "C" __global__ void solve_small(
    const float* all_systems, const float* all_columns, float* all_solved, int size, int columns)
{
#ifdef ON_HOST
    double* whole = memory;
#else
    extern __shared__ double whole[];
#endif
    int width = size + columns;
    const float* system = all_systems + (long long)blockIdx.x * size * size;
    const float* given = all_columns + (long long)blockIdx.x * size * columns;
    float* solved = all_solved + (long long)blockIdx.x * size * columns;
    for (int at = threadIdx.x; at < size * width; at += blockDim.x) {
        int row = at / width, column = at % width;
        whole[at] = column < size ? system[row * size + column] : given[row * columns + column - size];
    }
    __syncthreads();
    for (int pivot = 0; pivot < size; pivot++) {
        double over = 1.0 / whole[pivot * width + pivot];
        for (int column = pivot + 1 + threadIdx.x; column < width; column += blockDim.x)
            whole[pivot * width + column] *= over;
        __syncthreads();
        int left = width - pivot - 1;
        for (int at = threadIdx.x; at < size * left; at += blockDim.x) {
            int row = at / left, column = pivot + 1 + at % left;
            if (row != pivot)
                whole[row * width + column] -= whole[row * width + pivot] * whole[pivot * width + column];
        }
        __syncthreads();
    }
    for (int at = threadIdx.x; at < size * columns; at += blockDim.x)
        solved[at] = (float)whole[at / columns * width + size + at % columns];
}
