package arignote.backend.cuda.driver;

import jcuda.driver.CUfunction;

/// A kernel that can be launched while its [KernelModule] is open.
public record KernelHandle(CUfunction function) {}
