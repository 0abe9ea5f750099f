__declspec(dllexport) int twice(int n) { return n + n; }
__declspec(dllexport) int thrice(int n) { return n + n + n; }
__declspec(dllimport) unsigned long __stdcall GetTickCount(void);
__declspec(dllexport) unsigned long ticks(void) { return GetTickCount(); }
int __stdcall DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }
int _DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }
