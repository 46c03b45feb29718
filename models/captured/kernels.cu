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
// Leaves the solution for each of the columns (frames, columns), and the diagonal of the inverse (frames,).
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
    double lower[MOST][REACH], inverse[MOST];  // L[i][d - 1] couples i to i - d; one over the diagonal of D
    double pivot[MOST];

    for (int i = 0; i < frames; i++) {
        double diagonal = bands[i];
        for (int d = REACH; d >= 1; d--) {
            int j = i - d;
            if (j < 0) { lower[i][d - 1] = 0.0; continue; }
            double value = bands[d * frames + j];
            for (int k = (i > REACH ? i - REACH : 0); k < j; k++)
                value -= lower[i][i - k - 1] * pivot[k] * lower[j][j - k - 1];
            lower[i][d - 1] = value * inverse[j];
            diagonal -= value * lower[i][d - 1];
        }
        pivot[i] = diagonal;
        inverse[i] = 1.0 / diagonal;
        for (int c = 0; c < columns; c++) {
            double value = given[i * columns + c];
            for (int d = 1; d <= REACH && d <= i; d++) value -= lower[i][d - 1] * solved[(i - d) * columns + c];
            solved[i * columns + c] = value;
        }
    }
    double near[REACH][REACH] = {};  // of the inverse: rows and columns i + 1 ... i + REACH
    for (int i = frames - 1; i >= 0; i--) {
        for (int c = 0; c < columns; c++) {
            double value = solved[i * columns + c] * inverse[i];
            for (int d = 1; d <= REACH && i + d < frames; d++)
                value -= lower[i + d][d - 1] * solved[(i + d) * columns + c];
            solved[i * columns + c] = value;
        }
        double row[REACH], own = inverse[i];
        for (int a = 0; a < REACH; a++) {
            row[a] = 0.0;
            for (int d = 1; d <= REACH && i + d < frames; d++) row[a] -= lower[i + d][d - 1] * near[d - 1][a];
        }
        for (int d = 1; d <= REACH && i + d < frames; d++) own -= lower[i + d][d - 1] * row[d - 1];
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
