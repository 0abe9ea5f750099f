/* A program of our own: a call into libSystem, constants, pointers to them, writable data. */
int puts(const char *);

static const char path[] = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/lib.rs";
static int counter = 3;
const char *const words[] = {"alpha", path};

static int count(int by) { return counter += by; }

int main(int argc, char **argv) {
  puts(words[argc & 1]);
  return count(argc);
}
