#!/usr/bin/env bash
# Runs a test on Kubernetes, under the k6-operator: archives it, starts its pods, waits, fetches what they counted, and
# judges it once. The exit code is launchgate's.
#
#   BASE_URL=https://… LAUNCHGATE_TARGETS=… deploy/k6-operator/run.sh chat [pods]
#   deploy/k6-operator/run.sh chat [pods] --render     only shows what would be applied
#
# PROMETHEUS_RW_URL lets k6 write to a Prometheus as well. KEEP=1 leaves everything in the cluster. kubectl's context says
# which cluster and namespace. Once for each: the operator, `kubectl apply -f deploy/k6-operator/results.yaml`, and
#   kubectl create secret generic launchgate-secrets --from-literal=LAUNCHGATE_PASSWORD_KEY=… --from-literal=SUPABASE_ANON_KEY=…
set -euo pipefail

K6_VERSION=2.2.0
# A ConfigMap takes 1 MiB, its other keys included.
MOST_CONFIG_BYTES=1000000
POLL_SECONDS=5

here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
run_id=k8s-$(date -u +%Y%m%d-%H%M%S)
run_folder=$here/.run-$$

say() { echo "$*" >&2; }

render=
pods=
test=
for argument in "$@"; do
  case "$argument" in
    --render) render=1 ;;
    [0-9]*) pods=$argument ;;
    *) test=$argument ;;
  esac
done
[ -n "$test" ] && [ -d "$here/tests/$test" ] || {
  say "Which test? There are: $(ls "$here/tests" | tr '\n' ' ')"
  exit 2
}
pods=${pods:-$(kubectl kustomize "$here/tests/$test" | sed -n 's/^  parallelism: //p')}

# What is applied: the test's own manifests, the archive, and what is true of this run only.
mkdir "$run_folder"
tidy() {
  status=$?
  if [ -z "$render" ] && [ -z "${KEEP:-}" ] && [ -f "$run_folder/kustomization.yaml" ]; then
    kubectl delete -k "$run_folder" --ignore-not-found --wait=false >/dev/null || true
  fi
  rm -rf "$run_folder"
  exit "$status"
}
trap tidy EXIT

"$root/launchgate" archive "$test" --out "$run_folder/test.tar" >&2
components=()
[ -z "${PROMETHEUS_RW_URL:-}" ] || components+=(prometheus)
on_volume=
if [ "$(wc -c <"$run_folder/test.tar")" -gt "$MOST_CONFIG_BYTES" ]; then
  on_volume=1
  components+=(volume)
fi
{
  cat <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../tests/$test
patches:
  - target:
      kind: TestRun
    patch: '[{ "op": "replace", "path": "/spec/parallelism", "value": $pods }]'
generatorOptions:
  disableNameSuffixHash: true
configMapGenerator:
  - name: launchgate-run
    literals:
      - run-id=$run_id
      - generators=$pods
      - prometheus-url=${PROMETHEUS_RW_URL:-}
YAML
  [ -n "$on_volume" ] || printf '  - name: launchgate-archive\n    files:\n      - test.tar\n'
  if [ ${#components[@]} -gt 0 ]; then
    echo components:
    printf -- '  - ../components/%s\n' "${components[@]}"
  fi
} >"$run_folder/kustomization.yaml"

if [ -n "$render" ]; then
  kubectl kustomize "$run_folder"
  exit 0
fi

# A run of this name that is still there would be taken for this one.
kubectl delete testrun "launchgate-$test" --ignore-not-found >&2
kubectl apply -f "$here/base/files.yaml" >&2
kubectl wait --for=condition=Ready pod/launchgate-files --timeout=300s >&2
if [ -n "$on_volume" ]; then
  kubectl exec launchgate-files -- mkdir -p /results/archives
  kubectl cp "$run_folder/test.tar" launchgate-files:/results/archives/test.tar
fi
kubectl apply --server-side -k "$run_folder" >&2
say "launchgate-$test runs in $pods pods as $run_id …"

stage=
until [ "$stage" = finished ] || [ "$stage" = error ]; do
  sleep "$POLL_SECONDS"
  now=$(kubectl get testrun "launchgate-$test" --output 'jsonpath={.status.stage}')
  [ "$now" = "$stage" ] || say "  ${now:-waiting}"
  stage=$now
done
[ "$stage" = finished ] || {
  say "The operator could not run it: kubectl describe testrun launchgate-$test (KEEP=1 leaves it there)."
  exit 4
}

shares=$root/results/$test/pods/$run_id
mkdir -p "$shares"
kubectl cp "launchgate-files:/results/$run_id" "$shares" >&2
kubectl exec launchgate-files -- rm -rf "/results/$run_id"
"$root/launchgate" merge "$shares"/* --k6-version "$K6_VERSION"
