// A stand-in for NVRTC: compiles CUDA C with the machine's C++ compiler, with device.h put before
// it, to a shared library that the stand-in for the driver runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Program {
  std::string source;
  std::string image;
  std::string log;
};

std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

const char KERNEL[] = "__global__ void ";

// Where the names of kernels are.
std::vector<size_t> kernels(const std::string &source) {
  std::vector<size_t> found;
  for (size_t at = source.find(KERNEL); at != std::string::npos; at = source.find(KERNEL, at + 1)) {
    found.push_back(at + strlen(KERNEL));
  }
  return found;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API int nvrtcVersion(int *major, int *minor) {
  *major = 12;
  *minor = 4;
  return 0;
}

API int nvrtcCreateProgram(void **program, const char *source, const char *, int, void *, void *) {
  *program = new Program{source, "", ""};
  return 0;
}

API int nvrtcDestroyProgram(void **program) {
  delete (Program *)*program;
  *program = nullptr;
  return 0;
}

API int nvrtcCompileProgram(void *handle, int options, const char **option) {
  Program *program = (Program *)handle;
  bool architecture = false;
  for (int i = 0; i < options; i++) {
    architecture |= strncmp(option[i], "--gpu-architecture=sm_", 22) == 0;
  }
  if (!architecture) {
    program->log = "no architecture";
    return 5;
  }
  char folder[] = "/tmp/standin-XXXXXX";
  if (mkdtemp(folder) == nullptr) {
    return 1;
  }
  std::string path = folder;
  {
    std::ofstream file(path + "/kernel.cpp");
    file << "#include \"" STANDIN_FOLDER "/device.h\"\n" << program->source << "\nextern \"C\" {\n";
    for (size_t at : kernels(program->source)) {
      size_t end = program->source.find('(', at);
      std::string name = program->source.substr(at, end - at);
      size_t next = program->source.find(KERNEL, end);
      std::string body = program->source.substr(end, next - end);
      bool barriers =
          contains(body, "__sync") || contains(body, "reduce_") || contains(body, "scan_block") ||
          contains(body, "__shfl") || contains(body, "__ballot");
      file << "extern const int " << name << "_has_barriers = " << barriers << ";\n"
           << "void " << name << "_enter(void *arguments) { " << name << "_::" << name << "(*("
           << name << "_::Arguments *)arguments); }\n";
    }
    // A section that nothing is in has no start; as many bytes more do no harm.
    file << "static char standin_nothing[1] __attribute__((section(\"standin_shared\"), used));\n"
         << "extern char __start_standin_shared[], __stop_standin_shared[];\n"
         << "char *standin_shared_from = __start_standin_shared, *standin_shared_to = "
            "__stop_standin_shared;\n}\n";
  }
  std::string command = STANDIN_COMPILER " -std=c++17 -O0 -fPIC -shared -pipe -w -ffp-contract=off "
                        "-fno-exceptions -fno-rtti -fno-strict-aliasing -nostdlib -o " +
                        path + "/kernel.so " + path + "/kernel.cpp -lm > " + path + "/log 2>&1";
  int status = system(command.c_str());
  program->log = read(path + "/log");
  if (status == 0) {
    std::string library = read(path + "/kernel.so");
    unsigned long long bytes = library.size();
    program->image = std::string("STANDIN", 8) + std::string((char *)&bytes, 8) + library;
  }
  for (const char *name : {"/kernel.cpp", "/kernel.so", "/log"}) {
    unlink((path + name).c_str());
  }
  rmdir(folder);
  return status == 0 ? 0 : 6;
}

API int nvrtcGetCUBINSize(void *program, size_t *bytes) {
  *bytes = ((Program *)program)->image.size();
  return 0;
}

API int nvrtcGetCUBIN(void *program, char *image) {
  const std::string &made = ((Program *)program)->image;
  memcpy(image, made.data(), made.size());
  return 0;
}

API int nvrtcGetProgramLogSize(void *program, size_t *bytes) {
  *bytes = ((Program *)program)->log.size() + 1;
  return 0;
}

API int nvrtcGetProgramLog(void *program, char *log) {
  strcpy(log, ((Program *)program)->log.c_str());
  return 0;
}
