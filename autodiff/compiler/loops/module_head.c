// By chalkgrad: a program over batches, and its gradient.

#define __FAST_MATH__ 1  // glibc then declares its functions over vectors; nothing else reads it
#include <math.h>
#undef __FAST_MATH__
#include <stdint.h>
#include <string.h>

#if SINGLE
typedef float number;
typedef int32_t whole;
#else
typedef double number;
typedef int64_t whole;
#endif

