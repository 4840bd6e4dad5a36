/* The interpreter for both types of numbers, for one kind of processor. */

#define vec NAME(vec)
#define bits NAME(bits)
#define total NAME(total)
#define dot_tile NAME(dot_tile)
#define dot_rows NAME(dot_rows)
#define row_products NAME(row_products)
#define outer_tile NAME(outer_tile)
#define outer_columns NAME(outer_columns)
#define row_gradients NAME(row_gradients)
#define load NAME(load)

#define number double
#define whole int64_t
#define ROOT sqrt
#define FLOOR floor
#define RINT rint
#define FABS fabs
#include "kernel_run.h"
#undef W
#undef TILE
#undef BYTES
#undef number
#undef whole
#undef ROOT
#undef FLOOR
#undef RINT
#undef FABS

#define number float
#define whole int32_t
#define ROOT sqrtf
#define FLOOR floorf
#define RINT rintf
#define FABS fabsf
#include "kernel_run.h"
#undef W
#undef TILE
#undef BYTES
#undef number
#undef whole
#undef ROOT
#undef FLOOR
#undef RINT
#undef FABS

#undef vec
#undef bits
#undef total
#undef dot_tile
#undef dot_rows
#undef row_products
#undef outer_tile
#undef outer_columns
#undef row_gradients
#undef load
