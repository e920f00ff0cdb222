# Sourced by examples/launch and .ci/run (bash 3.2 is enough): finds the JDK that builds and runs Arignote.

jdk_minimum=25

# The feature version (25 for 25.0.3) of the JDK in folder $1; 0 where there is no JDK.
jdk_feature_version() {
  local version
  if [[ ! -x $1/bin/java || ! -x $1/bin/javac ]]; then
    version=0
  elif [[ -r $1/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
  else
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  fi
  echo "${version:-0}"
}

# Sets JDK to the folder of the first JDK that is recent enough; otherwise says so and returns 1.
find_jdk() {
  local candidate on_path
  on_path=$(command -v javac || true)
  if [[ -n $on_path ]]; then
    on_path=$(readlink -f "$on_path")
    on_path=${on_path%/bin/javac}
  fi
  for candidate in \
    "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JDK25_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /usr/jdk/* /opt/java/* /opt/* /usr/local/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.m2/jdks/* "$HOME"/.gradle/jdks/* \
    "$HOME"/.asdf/installs/java/* "$HOME"/.jbang/cache/jdks/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [[ -n $candidate ]] && (($(jdk_feature_version "$candidate") >= jdk_minimum)); then
      JDK=$candidate
      return 0
    fi
  done
  echo "Arignote needs a JDK $jdk_minimum or later and found none: please install one, or point JAVA_HOME at it." >&2
  return 1
}
