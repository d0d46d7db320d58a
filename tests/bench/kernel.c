/* The kernel of predictor.fast in C, to see what compiling ahead of time would add. Codes of one byte only. */
#include <math.h>
#include <stdint.h>
#include <string.h>
#define BLOCK 2048

static void encode(const double *restrict value, const int64_t *about, const double *restrict cuts, int64_t *restrict spot,
                   uint8_t *restrict code, int64_t size) {
    int64_t low = about[2], known = 0;
    for (int64_t i = 0; i < size; i++) known += value[i] == value[i];
    if (!known) { memset(code, 0, size); return; }
    for (int64_t i = 0; i < size; i++) spot[i] = low;
    for (int64_t step = (about[3] - low) >> 1; step; step >>= 1)
        for (int64_t i = 0; i < size; i++) {
            double one = about[1] ? trunc(value[i]) : value[i];
            one = fabs(one) <= (double)1e-35f ? 0.0 : one;
            spot[i] += cuts[spot[i] + step - 1] < one ? step : 0;
        }
    for (int64_t i = 0; i < size; i++) {
        int found = about[1] ? cuts[spot[i]] == trunc(value[i]) : value[i] == value[i];
        code[i] = found ? (uint8_t)(spot[i] - low + 1) : 0;
    }
}

void add(const double *seen, int64_t rows, const int64_t *columns, int64_t width, const double *cuts, const int64_t *nodes,
         const uint8_t *upto, const uint8_t *among, const double *values, const int64_t *trees, int64_t count, double *told) {
    static uint8_t codes[256][BLOCK], masks[512][BLOCK], leaf[BLOCK];
    static int64_t spot[BLOCK];
    for (int64_t first = 0; first < rows; first += BLOCK) {
        int64_t size = rows - first < BLOCK ? rows - first : BLOCK;
        for (int64_t c = 0; c < width; c++)
            encode(seen + columns[4 * c] * rows + first, columns + 4 * c, cuts, spot, codes[c], size);
        memset(masks[0], 255, size);
        for (int64_t t = 0; t < count; t++) {
            const int64_t *tree = trees + 4 * t;
            memset(leaf, 0, size);
            for (int64_t n = 0; n < tree[1]; n++) {
                const int64_t *about = nodes + 6 * (tree[0] + n);
                const uint8_t *restrict code = codes[about[0]], *restrict here = masks[n];
                uint8_t *restrict left = masks[about[2]], *restrict right = masks[about[3]];
                uint8_t last = upto[tree[0] + n], least = about[1] ? 0 : 1;
                if (about[5] > about[4]) {
                    memset(left, 0, size);
                    for (int64_t k = about[4]; k < about[5]; k++) {
                        uint8_t one = among[k];
                        for (int64_t i = 0; i < size; i++) left[i] |= code[i] == one ? 255 : 0;
                    }
                    for (int64_t i = 0; i < size; i++) left[i] &= here[i], right[i] = here[i] ^ left[i];
                } else
                    for (int64_t i = 0; i < size; i++) {
                        uint8_t goes = (code[i] <= last && code[i] >= least) ? here[i] : 0;
                        left[i] = goes, right[i] = here[i] ^ goes;
                    }
            }
            for (int64_t l = 1; l <= tree[1]; l++) {
                const uint8_t *restrict mask = masks[tree[1] + l];
                for (int64_t i = 0; i < size; i++) leaf[i] |= mask[i] & (uint8_t)l;
            }
            double *restrict out = told + tree[3] * rows + first;
            const double *restrict value = values + tree[2];
            for (int64_t i = 0; i < size; i++) out[i] += value[leaf[i]];
        }
    }
}
