/* A program without data, so that it has few pages. */
int twice(int number) { return 2 * number; }

int main(int argc, char **argv) { return twice(argc); }
