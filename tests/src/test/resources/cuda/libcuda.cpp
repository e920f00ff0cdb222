// A stand-in for libcuda.so.1 on machines without a GPU: as much of the driver as Arignote's CUDA
// backend calls. "Device memory" is memory of the host, a kernel a shared library that the stand-in
// for NVRTC made with a C++ compiler.
//
// It is stricter than a GPU where it can be:
// - work of a stream waits until somebody waits for it, so that a missing wait shows;
// - new memory holds a pattern (NaN as floats), and so does shared memory before each block;
// - what is written outside of an allocation is found when it is freed, copied or waited for;
// - threads of a block run in the order that was chosen: forward, reverse or random, and so do blocks;
// - blocks of a kernel run one after the other; if it was launched as cooperative, each as far as it
//   comes before it waits for others;
// - a barrier that not all threads of a block or warp reach is an error;
// - calls that are not allowed during a capture end it with an error;
// - what belongs to a device can be used only by a thread whose current context is that device's.
#include <dlfcn.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NO_DEVICE = 100,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_FAILED = 719,
  TOO_MANY_TOGETHER = 720,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
};

typedef std::function<int()> Work;

const size_t RED_ZONE = 256;
const unsigned char PATTERN = 0xff;
const unsigned char RED = 0xfb;

struct Allocation {
  size_t bytes;
  bool is_host;
  // Of the device, if it is its memory.
  long context;
};

struct Graph {
  std::vector<Work> work;
};

struct Stream {
  std::vector<Work> waiting;
  bool capturing = false;
  bool invalidated = false;
  std::vector<Work> captured;
  long context;
};

struct Index {
  unsigned x, y, z;
};

struct State {
  Index thread, block, block_size, grid_size;
  void (*barrier)(int);
  unsigned long long *exchange;
  unsigned char *dynamic;
};

struct Function {
  void (*enter)(void *arguments);
  State *state;
  bool has_barriers;
  char *shared;
  size_t shared_bytes;
  size_t most_dynamic;
  long context;
};

// How a kernel is launched.
struct Grid {
  unsigned blocks, threads;
  size_t dynamic;
  bool together;
};

struct Module {
  void *library;
  std::map<std::string, Function> kernels;
  long context;
};

struct Injected {
  long countdown;
  int code;
};

std::recursive_mutex mutex;
std::map<unsigned long long, Allocation> allocations;
std::set<Stream *> streams;
std::map<std::string, Injected> injected;
std::map<std::string, long> calls;
// What destroyed a context, by its number.
std::map<long, int> sticky;
size_t total_memory = size_t(1) << 30;
int order = 0;
std::mt19937_64 shuffle(1);
int devices = 1;
std::map<int, int> attributes = {{16, 2}, {39, 2048}, {75, 9}, {76, 0}, {81, 65536}, {95, 1},
                                 {97, 64512}};
long modules = 0;
long graphs = 0;
long events = 0;
thread_local Stream *capturing = nullptr;
// The number of the device whose context is current, plus 1; 0 if there is none.
thread_local long current = 0;

typedef std::lock_guard<std::recursive_mutex> Lock;

int error_of(long context) {
  auto found = sticky.find(context);
  return found == sticky.end() ? SUCCESS : found->second;
}

// What a call returns before it does anything: an error that was asked for, or an earlier one.
int begin(const char *name, bool unsafe_in_capture = false, long context = current) {
  calls[name]++;
  auto found = injected.find(name);
  if (found != injected.end() && --found->second.countdown == 0) {
    int code = found->second.code;
    injected.erase(found);
    if ((code >= 700 && code < TOO_MANY_TOGETHER) || code == 214) {
      sticky[context] = code;
    }
    if (code == CAPTURE_UNSUPPORTED && capturing != nullptr) {
      capturing->invalidated = true;
    }
    return code;
  }
  if (int code = error_of(context)) {
    return code;
  }
  if (unsafe_in_capture && capturing != nullptr) {
    capturing->invalidated = true;
    fprintf(stderr, "stand-in: %s during a capture\n", name);
    return CAPTURE_UNSUPPORTED;
  }
  return SUCCESS;
}

#define BEGIN(...)                         \
  Lock lock(mutex);                        \
  if (int early = begin(__VA_ARGS__)) {    \
    return early;                          \
  }

// The same for calls that need the context of what they are about.
#define BEGIN_IN(context, ...)                                             \
  BEGIN(__VA_ARGS__)                                                       \
  if (current == 0 || (context) != current) {                              \
    fprintf(stderr, "stand-in: a call in the context of another device\n"); \
    return INVALID_CONTEXT;                                                \
  }

#define BEGIN_ON(stream, ...) BEGIN_IN(((Stream *)(stream))->context, __VA_ARGS__)

bool zones_are_intact() {
  bool intact = true;
  for (auto &entry : allocations) {
    unsigned char *start = (unsigned char *)entry.first;
    for (size_t i = 1; i <= RED_ZONE; i++) {
      if (start[-(long)i] != RED || start[entry.second.bytes + i - 1] != RED) {
        fprintf(stderr, "stand-in: memory outside of an allocation of %zu bytes was written\n",
                entry.second.bytes);
        intact = false;
        break;
      }
    }
  }
  return intact;
}

int run(Stream *stream) {
  long before = current;
  current = stream->context;
  std::vector<Work> now;
  now.swap(stream->waiting);
  for (Work &item : now) {
    if (error_of(current) == SUCCESS) {
      int code = item();
      if (code != SUCCESS) {
        sticky[current] = code;
      }
    }
  }
  if (error_of(current) == SUCCESS && !zones_are_intact()) {
    sticky[current] = ILLEGAL_ADDRESS;
  }
  current = before;
  return error_of(stream->context);
}

int run_all() {
  for (Stream *stream : streams) {
    run(stream);
  }
  return error_of(current);
}

size_t used_memory() {
  size_t used = 0;
  for (auto &entry : allocations) {
    used += entry.second.is_host ? 0 : entry.second.bytes;
  }
  return used;
}

int allocate(unsigned long long *address, size_t bytes, bool is_host) {
  if (bytes == 0) {
    return INVALID_VALUE;
  }
  if (current == 0) {
    return INVALID_CONTEXT;
  }
  if (!is_host && used_memory() + bytes > total_memory) {
    return OUT_OF_MEMORY;
  }
  size_t whole = (bytes + 2 * RED_ZONE + 255) / 256 * 256;
  unsigned char *block = (unsigned char *)aligned_alloc(256, whole);
  if (block == nullptr) {
    return OUT_OF_MEMORY;
  }
  memset(block, RED, whole);
  memset(block + RED_ZONE, PATTERN, bytes);
  *address = (unsigned long long)(block + RED_ZONE);
  allocations[*address] = Allocation{bytes, is_host, current};
  return SUCCESS;
}

int release(unsigned long long address) {
  run_all();
  auto found = allocations.find(address);
  if (found == allocations.end()) {
    fprintf(stderr, "stand-in: memory that is not allocated was freed\n");
    return INVALID_VALUE;
  }
  if (!found->second.is_host && found->second.context != current) {
    return INVALID_CONTEXT;
  }
  if (!zones_are_intact()) {
    sticky[current] = ILLEGAL_ADDRESS;
  }
  memset((void *)address, PATTERN, found->second.bytes);
  allocations.erase(found);
  free((unsigned char *)address - RED_ZONE);
  return error_of(current);
}

// Whether a range lies in one allocation, of the host or the current device.
bool is_inside(unsigned long long address, size_t bytes) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) {
    return false;
  }
  --after;
  return address + bytes <= after->first + after->second.bytes &&
         (after->second.is_host || after->second.context == current);
}

void enqueue(Stream *stream, Work work) {
  (stream->capturing ? stream->captured : stream->waiting).push_back(work);
}

// ---- kernels ----

enum { RUNNING = 0, AT_BLOCK = 1, AT_WARP = 2, WAITING = 3, DONE = 4 };

const size_t STACK = 64 * 1024;

// What shared memory a kernel may have without having asked for more, and what a block costs.
const size_t MODEST = 48 * 1024;
const size_t PER_BLOCK = 1024;

// A thread, with a stack of its own. One that has done its block waits for the next. Only its first
// start goes through the operating system; the switches after that are long jumps.
struct Fiber {
  ucontext_t start;
  jmp_buf place;
  bool started;
};

// What the threads of a block share.
struct Block {
  unsigned number;
  std::vector<unsigned long long> exchange;
  // The shared memory that the kernel declares, while another block runs.
  std::vector<char> shared;
  // Red zones around the shared memory that it was launched with.
  std::vector<unsigned char> dynamic;
};

struct Fibers {
  std::vector<std::unique_ptr<Fiber>> all;
  std::vector<int> states;
  jmp_buf scheduler;
  unsigned current;
  Function *function;
  void *arguments;
};

Fibers fibers;

void barrier(int kind) {
  fibers.states[fibers.current] = kind;
  if (_setjmp(fibers.all[fibers.current]->place) == 0) {
    _longjmp(fibers.scheduler, 1);
  }
}

void fiber() {
  for (;;) {
    fibers.function->enter(fibers.arguments);
    barrier(DONE);
  }
}

void make_fibers(unsigned count) {
  while (fibers.all.size() < count) {
    fibers.all.emplace_back(new Fiber());
    Fiber &made = *fibers.all.back();
    getcontext(&made.start);
    made.start.uc_stack.ss_sp = malloc(STACK);
    made.start.uc_stack.ss_size = STACK;
    made.start.uc_link = nullptr;
    makecontext(&made.start, fiber, 0);
  }
}

// Lets a thread go on until it waits.
void resume(unsigned index) {
  fibers.current = index;
  if (_setjmp(fibers.scheduler) == 0) {
    Fiber &resumed = *fibers.all[index];
    if (resumed.started) {
      _longjmp(resumed.place, 1);
    }
    resumed.started = true;
    setcontext(&resumed.start);
  }
}

std::vector<unsigned> in_order(unsigned count) {
  std::vector<unsigned> indices(count);
  for (unsigned i = 0; i < count; i++) {
    indices[i] = order == 1 ? count - 1 - i : i;
  }
  if (order == 2) {
    std::shuffle(indices.begin(), indices.end(), shuffle);
  }
  return indices;
}

// Lets threads of a block go on, from the first on, that wait for others which have come as far.
bool release_waiting(unsigned first, unsigned threads) {
  bool released = false;
  for (unsigned warp = first; warp < first + threads; warp += 32) {
    unsigned end = std::min(first + threads, warp + 32);
    bool complete = false;
    for (unsigned i = warp; i < end; i++) {
      complete |= fibers.states[i] == AT_WARP;
    }
    for (unsigned i = warp; i < end; i++) {
      complete &= fibers.states[i] == AT_WARP || fibers.states[i] == DONE;
    }
    for (unsigned i = warp; complete && i < end; i++) {
      if (fibers.states[i] == AT_WARP) {
        fibers.states[i] = RUNNING;
        released = true;
      }
    }
  }
  bool complete = true;
  for (unsigned i = first; i < first + threads; i++) {
    complete &= fibers.states[i] == AT_BLOCK || fibers.states[i] == DONE;
  }
  for (unsigned i = first; complete && i < first + threads; i++) {
    if (fibers.states[i] == AT_BLOCK) {
      fibers.states[i] = RUNNING;
      released = true;
    }
  }
  return released;
}

Block make_block(const Function &function, const Grid &grid, unsigned number) {
  Block block{number, {}, {}, {}};
  block.exchange.resize(grid.threads);
  memset(block.exchange.data(), PATTERN, grid.threads * sizeof(unsigned long long));
  block.shared.assign(function.shared_bytes, PATTERN);
  block.dynamic.assign(grid.dynamic + 2 * RED_ZONE, RED);
  memset(block.dynamic.data() + RED_ZONE, PATTERN, grid.dynamic);
  return block;
}

// Has a block's memory be where its threads look for it.
void enter(Function &function, Block &block) {
  function.state->block = Index{block.number, 0, 0};
  function.state->exchange = block.exchange.data();
  function.state->dynamic = block.dynamic.data() + RED_ZONE;
  memcpy(function.shared, block.shared.data(), function.shared_bytes);
}

void leave(Function &function, Block &block) {
  memcpy(block.shared.data(), function.shared, function.shared_bytes);
}

bool is_intact(const Block &block, const Grid &grid) {
  for (size_t i = 0; i < RED_ZONE; i++) {
    if (block.dynamic[i] != RED || block.dynamic[RED_ZONE + grid.dynamic + i] != RED) {
      fprintf(stderr, "stand-in: memory outside of %zu bytes of shared memory was written\n",
              grid.dynamic);
      return false;
    }
  }
  return true;
}

// Lets each thread of a block, whose first is given, go on once if it can. Returns whether anything
// has come of it: one that waited for other blocks and still does has found nothing new.
bool have_turns(Function &function, const Grid &grid, unsigned first) {
  bool progress = false;
  for (unsigned i : in_order(grid.threads)) {
    int before = fibers.states[first + i];
    if (before == RUNNING || before == WAITING) {
      function.state->thread = Index{i, 0, 0};
      resume(first + i);
      progress |= before != WAITING || fibers.states[first + i] != WAITING;
    }
  }
  progress |= release_waiting(first, grid.threads);
  return progress;
}

// Runs some blocks at once: each as far as it comes before it needs another, so that a missing wait
// for others shows.
int run_together(Function &function, const Grid &grid, std::vector<Block> &blocks, void *arguments) {
  unsigned count = blocks.size() * grid.threads;
  make_fibers(count);
  fibers.states.assign(count, RUNNING);
  fibers.function = &function;
  fibers.arguments = arguments;
  while (std::count(fibers.states.begin(), fibers.states.end(), DONE) < count) {
    bool progress = false;
    for (unsigned i : in_order(blocks.size())) {
      enter(function, blocks[i]);
      while (have_turns(function, grid, i * grid.threads)) {
        progress = true;
      }
      leave(function, blocks[i]);
    }
    if (!progress) {
      fprintf(stderr, "stand-in: threads wait at different barriers\n");
      // Their stacks are in the midst of the kernel: the next one gets others.
      for (std::unique_ptr<Fiber> &abandoned : fibers.all) {
        abandoned.release();
      }
      fibers.all.clear();
      return LAUNCH_FAILED;
    }
  }
  for (const Block &block : blocks) {
    if (!is_intact(block, grid)) {
      return ILLEGAL_ADDRESS;
    }
  }
  return SUCCESS;
}

int run_kernel(Function &function, const Grid &grid, std::vector<char> arguments) {
  if (int code = begin("kernel")) {
    return code;
  }
  State &state = *function.state;
  state.barrier = barrier;
  state.block_size = Index{grid.threads, 1, 1};
  state.grid_size = Index{grid.blocks, 1, 1};
  if (grid.together) {
    std::vector<Block> blocks;
    for (unsigned number = 0; number < grid.blocks; number++) {
      blocks.push_back(make_block(function, grid, number));
    }
    return run_together(function, grid, blocks, arguments.data());
  }
  for (unsigned number : in_order(grid.blocks)) {
    std::vector<Block> block;
    block.push_back(make_block(function, grid, number));
    if (function.has_barriers) {
      if (int code = run_together(function, grid, block, arguments.data())) {
        return code;
      }
    } else {
      enter(function, block[0]);
      for (unsigned thread : in_order(grid.threads)) {
        state.thread = Index{thread, 0, 0};
        function.enter(arguments.data());
      }
    }
  }
  return SUCCESS;
}

// How many blocks of a kernel a processor holds at once.
int resident(const Grid &grid) {
  return std::min<long>(attributes[39] / grid.threads, attributes[81] / (grid.dynamic + PER_BLOCK));
}

int launch(void *function, const Grid &grid, void *stream, void **parameters) {
  Function *kernel = (Function *)function;
  if (kernel->context != current) {
    return INVALID_CONTEXT;
  }
  if (grid.blocks == 0 || grid.threads == 0 || grid.threads > 1024 ||
      grid.dynamic > std::max(MODEST, kernel->most_dynamic)) {
    return INVALID_VALUE;
  }
  std::vector<char> arguments((char *)parameters[0], (char *)parameters[0] + 4096);
  enqueue((Stream *)stream, [=]() { return run_kernel(*kernel, grid, arguments); });
  return SUCCESS;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

// ---- what tests ask and tell ----

// 0: threads run forward, 1: in reverse, 2: in random order.
API void standin_order(int mode, unsigned long long seed) {
  Lock lock(mutex);
  order = mode;
  shuffle.seed(seed);
}

// Has a call of a function, the next of which is number 1, return an error. "kernel" is a kernel
// that runs.
API void standin_fail(const char *name, long countdown, int code) {
  Lock lock(mutex);
  injected[name] = Injected{countdown, code};
}

// Forgets errors; with contexts that they destroyed also all that was in these.
API void standin_heal() {
  Lock lock(mutex);
  injected.clear();
  if (sticky.empty()) {
    return;
  }
  for (auto stream = streams.begin(); stream != streams.end();) {
    bool is_lost = error_of((*stream)->context) != SUCCESS;
    if (is_lost) {
      delete *stream;
    }
    stream = is_lost ? streams.erase(stream) : std::next(stream);
  }
  for (auto entry = allocations.begin(); entry != allocations.end();) {
    bool is_lost = error_of(entry->second.context) != SUCCESS;
    if (is_lost) {
      free((unsigned char *)entry->first - RED_ZONE);
    }
    entry = is_lost ? allocations.erase(entry) : std::next(entry);
  }
  sticky.clear();
  modules = 0;
  graphs = 0;
  events = 0;
}

API void standin_memory(long long bytes) {
  Lock lock(mutex);
  total_memory = bytes;
}

// Gives an attribute of the device another value.
API void standin_attribute(int attribute, int value) {
  Lock lock(mutex);
  attributes[attribute] = value;
}

API void standin_devices(int count) {
  Lock lock(mutex);
  devices = count;
}

// Counts what a test may ask for.
API void standin_note(const char *what, long change) {
  Lock lock(mutex);
  calls[what] += change;
}

// How often a function was called, or how many there are of "allocations", "streams", "modules",
// "graphs", "events", "bytes", "contexts", "cublas handles"; or how many "copies of pageable memory"
// there were to the device.
API long standin_count(const char *name) {
  Lock lock(mutex);
  std::string what = name;
  if (what == "allocations") {
    return allocations.size();
  }
  if (what == "bytes") {
    return used_memory();
  }
  if (what == "streams") {
    return streams.size();
  }
  if (what == "modules") {
    return modules;
  }
  if (what == "graphs") {
    return graphs;
  }
  if (what == "events") {
    return events;
  }
  return calls[what];
}

// For the stand-in for cuBLAS: puts work into a stream.
API int standin_enqueue(void *stream, void (*work)(void *), void (*forget)(void *), void *data) {
  std::shared_ptr<void> owned(data, forget);
  BEGIN_ON(stream, "cublas");
  enqueue((Stream *)stream, [work, owned]() {
    work(owned.get());
    return SUCCESS;
  });
  return SUCCESS;
}

// ---- the driver ----

API int cuInit(unsigned) {
  BEGIN("cuInit");
  return devices == 0 ? NO_DEVICE : SUCCESS;
}

API int cuDriverGetVersion(int *version) {
  BEGIN("cuDriverGetVersion");
  auto found = getenv("STANDIN_DRIVER_VERSION");
  *version = found ? atoi(found) : 12040;
  return SUCCESS;
}

API int cuDeviceGetCount(int *count) {
  BEGIN("cuDeviceGetCount");
  *count = devices;
  return SUCCESS;
}

API int cuDeviceGet(int *device, int ordinal) {
  BEGIN("cuDeviceGet");
  *device = ordinal;
  return ordinal < devices ? SUCCESS : INVALID_VALUE;
}

API int cuDeviceGetName(char *name, int bytes, int) {
  BEGIN("cuDeviceGetName");
  snprintf(name, bytes, "Stand-in on the CPU");
  return SUCCESS;
}

API int cuDeviceGetAttribute(int *value, int attribute, int) {
  BEGIN("cuDeviceGetAttribute");
  auto found = attributes.find(attribute);
  if (found == attributes.end()) {
    return INVALID_VALUE;
  }
  *value = found->second;
  return SUCCESS;
}

API int cuDevicePrimaryCtxRetain(void **context, int device) {
  BEGIN("cuDevicePrimaryCtxRetain");
  *context = (void *)(long)(device + 1);
  calls["contexts"]++;
  return SUCCESS;
}

API int cuDevicePrimaryCtxRelease_v2(int) {
  standin_note("contexts", -1);
  BEGIN("cuDevicePrimaryCtxRelease");
  return SUCCESS;
}

API int cuCtxSetCurrent(void *context) {
  BEGIN("cuCtxSetCurrent", false, (long)context);
  current = (long)context;
  return SUCCESS;
}

API int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  BEGIN("cuMemGetInfo");
  *free_bytes = total_memory - used_memory();
  *total = total_memory;
  return SUCCESS;
}

API int cuMemAlloc_v2(unsigned long long *address, size_t bytes) {
  BEGIN("cuMemAlloc", true);
  return allocate(address, bytes, false);
}

API int cuMemFree_v2(unsigned long long address) {
  BEGIN("cuMemFree", true);
  return release(address);
}

API int cuMemHostAlloc(void **pointer, size_t bytes, unsigned) {
  BEGIN("cuMemHostAlloc", true);
  return allocate((unsigned long long *)pointer, bytes, true);
}

API int cuMemFreeHost(void *pointer) {
  BEGIN("cuMemFreeHost", true);
  return release((unsigned long long)pointer);
}

API int cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from, size_t bytes, void *stream) {
  BEGIN_ON(stream, "cuMemcpyHtoDAsync");
  if (!is_inside(to, bytes)) {
    return INVALID_VALUE;
  }
  if (is_inside((unsigned long long)from, bytes)) {
    enqueue((Stream *)stream, [=]() {
      memcpy((void *)to, from, bytes);
      return SUCCESS;
    });
  } else {
    // Memory that is not pinned has been read when the call returns.
    calls["copies of pageable memory"]++;
    std::vector<char> copy((const char *)from, (const char *)from + bytes);
    enqueue((Stream *)stream, [=]() {
      memcpy((void *)to, copy.data(), bytes);
      return SUCCESS;
    });
  }
  return SUCCESS;
}

API int cuMemcpyDtoHAsync_v2(void *to, unsigned long long from, size_t bytes, void *stream) {
  BEGIN_ON(stream, "cuMemcpyDtoHAsync");
  if (!is_inside(from, bytes)) {
    return INVALID_VALUE;
  }
  enqueue((Stream *)stream, [=]() {
    memcpy(to, (void *)from, bytes);
    return SUCCESS;
  });
  return SUCCESS;
}

API int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, size_t bytes,
                             void *stream) {
  BEGIN_ON(stream, "cuMemcpyDtoDAsync");
  if (!is_inside(from, bytes) || !is_inside(to, bytes)) {
    return INVALID_VALUE;
  }
  enqueue((Stream *)stream, [=]() {
    memmove((void *)to, (void *)from, bytes);
    return SUCCESS;
  });
  return SUCCESS;
}

API int cuMemsetD8Async(unsigned long long address, unsigned char value, size_t bytes, void *stream) {
  BEGIN_ON(stream, "cuMemsetD8Async");
  if (!is_inside(address, bytes)) {
    return INVALID_VALUE;
  }
  enqueue((Stream *)stream, [=]() {
    memset((void *)address, value, bytes);
    return SUCCESS;
  });
  return SUCCESS;
}

API int cuModuleLoadData(void **module, const void *image) {
  BEGIN("cuModuleLoadData", true);
  if (current == 0) {
    return INVALID_CONTEXT;
  }
  if (memcmp(image, "STANDIN", 8) != 0) {
    return INVALID_IMAGE;
  }
  unsigned long long bytes;
  memcpy(&bytes, (const char *)image + 8, 8);
  // The loader knows libraries by their path, so each needs one of its own.
  char path[] = "/tmp/standin-kernel-XXXXXX";
  int file = mkstemp(path);
  bool written = file >= 0 && write(file, (const char *)image + 16, bytes) == (ssize_t)bytes;
  close(file);
  void *library = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  unlink(path);
  if (library == nullptr) {
    fprintf(stderr, "stand-in: a kernel cannot be loaded: %s\n", written ? dlerror() : path);
    return INVALID_IMAGE;
  }
  *module = new Module{library, {}, current};
  modules++;
  return SUCCESS;
}

API int cuModuleGetFunction(void **function, void *module, const char *name) {
  BEGIN("cuModuleGetFunction");
  void *library = ((Module *)module)->library;
  std::string kernel = name;
  void *enter = dlsym(library, (kernel + "_enter").c_str());
  if (enter == nullptr) {
    return NOT_FOUND;
  }
  char *from = *(char **)dlsym(library, "standin_shared_from");
  char *to = *(char **)dlsym(library, "standin_shared_to");
  bool has_barriers = *(int *)dlsym(library, (kernel + "_has_barriers").c_str()) != 0;
  Function &made = ((Module *)module)->kernels[kernel];
  made = Function{(void (*)(void *))enter, (State *)dlsym(library, "standin"), has_barriers, from,
                  (size_t)(to - from), 0, ((Module *)module)->context};
  *function = &made;
  return SUCCESS;
}

API int cuModuleUnload(void *module) {
  BEGIN_IN(((Module *)module)->context, "cuModuleUnload", true);
  run_all();
  dlclose(((Module *)module)->library);
  delete (Module *)module;
  modules--;
  return SUCCESS;
}

API int cuFuncSetAttribute(void *function, int attribute, int value) {
  BEGIN("cuFuncSetAttribute");
  if (attribute != 8 || value > attributes[97]) {
    return INVALID_VALUE;
  }
  ((Function *)function)->most_dynamic = value;
  return SUCCESS;
}

API int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *, int threads,
                                                    size_t dynamic) {
  BEGIN("cuOccupancyMaxActiveBlocksPerMultiprocessor");
  *blocks = resident(Grid{1, (unsigned)threads, dynamic, false});
  return SUCCESS;
}

API int cuLaunchKernel(void *function, unsigned blocks, unsigned y, unsigned z, unsigned threads,
                       unsigned, unsigned, unsigned dynamic, void *stream, void **parameters,
                       void **) {
  BEGIN_ON(stream, "cuLaunchKernel");
  if (y != 1 || z != 1) {
    return INVALID_VALUE;
  }
  return launch(function, Grid{blocks, threads, dynamic, false}, stream, parameters);
}

API int cuLaunchCooperativeKernel(void *function, unsigned blocks, unsigned, unsigned,
                                  unsigned threads, unsigned, unsigned, unsigned dynamic,
                                  void *stream, void **parameters) {
  BEGIN_ON(stream, "cuLaunchCooperativeKernel");
  Grid grid{blocks, threads, dynamic, true};
  if (threads == 0 || blocks > (unsigned)(resident(grid) * attributes[16])) {
    return TOO_MANY_TOGETHER;
  }
  return launch(function, grid, stream, parameters);
}

API int cuStreamCreate(void **stream, unsigned) {
  BEGIN("cuStreamCreate", true);
  if (current == 0) {
    return INVALID_CONTEXT;
  }
  Stream *made = new Stream();
  made->context = current;
  *stream = made;
  streams.insert((Stream *)*stream);
  return SUCCESS;
}

API int cuStreamDestroy_v2(void *stream) {
  BEGIN_ON(stream, "cuStreamDestroy");
  run((Stream *)stream);
  streams.erase((Stream *)stream);
  delete (Stream *)stream;
  return error_of(current);
}

API int cuStreamSynchronize(void *stream) {
  BEGIN_ON(stream, "cuStreamSynchronize", true);
  return run((Stream *)stream);
}

// A moment, as late as the stream comes by.
API int cuEventCreate(void **event, unsigned) {
  BEGIN("cuEventCreate", true);
  *event = new double(-1);
  events++;
  return SUCCESS;
}

API int cuEventRecord(void *event, void *stream) {
  BEGIN_ON(stream, "cuEventRecord");
  enqueue((Stream *)stream, [=]() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    *(double *)event = now.tv_sec * 1e3 + now.tv_nsec / 1e6;
    return SUCCESS;
  });
  return SUCCESS;
}

API int cuEventElapsedTime(float *millis, void *start, void *end) {
  BEGIN("cuEventElapsedTime");
  double from = *(double *)start, to = *(double *)end;
  if (from < 0 || to < 0) {
    return NOT_READY;
  }
  *millis = (float)(to - from);
  return SUCCESS;
}

API int cuEventDestroy_v2(void *event) {
  BEGIN("cuEventDestroy");
  run_all();
  delete (double *)event;
  events--;
  return SUCCESS;
}

API int cuStreamBeginCapture_v2(void *stream, int) {
  BEGIN_ON(stream, "cuStreamBeginCapture", true);
  capturing = (Stream *)stream;
  capturing->capturing = true;
  capturing->invalidated = false;
  capturing->captured.clear();
  return SUCCESS;
}

API int cuStreamEndCapture(void *stream, void **graph) {
  BEGIN("cuStreamEndCapture");
  Stream *captured = (Stream *)stream;
  if (!captured->capturing) {
    return INVALID_VALUE;
  }
  captured->capturing = false;
  capturing = nullptr;
  if (captured->invalidated) {
    return CAPTURE_INVALIDATED;
  }
  *graph = new Graph{captured->captured};
  captured->captured.clear();
  return SUCCESS;
}

API int cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long) {
  BEGIN("cuGraphInstantiate");
  *executable = new Graph(*(Graph *)graph);
  graphs++;
  return SUCCESS;
}

API int cuGraphDestroy(void *graph) {
  BEGIN("cuGraphDestroy");
  delete (Graph *)graph;
  return SUCCESS;
}

API int cuGraphExecDestroy(void *graph) {
  BEGIN("cuGraphExecDestroy");
  run_all();
  delete (Graph *)graph;
  graphs--;
  return SUCCESS;
}

API int cuGraphLaunch(void *graph, void *stream) {
  BEGIN_ON(stream, "cuGraphLaunch");
  for (Work &work : ((Graph *)graph)->work) {
    enqueue((Stream *)stream, work);
  }
  return SUCCESS;
}

API int cuGetErrorName(int code, const char **name) {
  switch (code) {
    case INVALID_CONTEXT:
      *name = "CUDA_ERROR_INVALID_CONTEXT";
      return SUCCESS;
    case INVALID_VALUE:
      *name = "CUDA_ERROR_INVALID_VALUE";
      return SUCCESS;
    case OUT_OF_MEMORY:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      return SUCCESS;
    case NO_DEVICE:
      *name = "CUDA_ERROR_NO_DEVICE";
      return SUCCESS;
    case 214:
      *name = "CUDA_ERROR_ECC_UNCORRECTABLE";
      return SUCCESS;
    case ILLEGAL_ADDRESS:
      *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
      return SUCCESS;
    case CAPTURE_UNSUPPORTED:
      *name = "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED";
      return SUCCESS;
    case LAUNCH_FAILED:
      *name = "CUDA_ERROR_LAUNCH_FAILED";
      return SUCCESS;
    default:
      *name = "CUDA_ERROR_UNKNOWN";
      return SUCCESS;
  }
}

API int cuGetErrorString(int, const char **text) {
  *text = "an error of the stand-in";
  return SUCCESS;
}
