"""Reads docker-compose.yml and deploy/Dockerfile and says what does not fit. Run by tools/check-deploy."""
import pathlib
import re
import subprocess
import sys

import yaml

root = pathlib.Path(__file__).resolve().parent.parent
problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


compose = yaml.safe_load((root / "docker-compose.yml").read_text())
package = (root / "Package.swift").read_text()
services = compose["services"]
products = set(re.findall(r'\.executable\(name: "([^"]+)"', package))

# Every program runs somewhere, and nothing runs that is no program.
commands = {name: service["command"] for name, service in services.items() if "command" in service and service["image"] == "tollgate"}
started = {command[0] for command in commands.values()}
check(products - {"tollgate-bench"} <= started, f"no service starts {sorted(products - started)}")
check(started <= products, f"services start what is no product: {sorted(started - products)}")

# `tollgate <word>` are words of the tool.
dispatch = (root / "Sources/Control/Dispatch.swift").read_text()
words = set(re.findall(r'static let name = "([^"]+)"', "".join(f.read_text() for f in (root / "Sources/Control").rglob("*.swift"))))
for name, command in commands.items():
    if command[0] == "tollgate" and command[1:] != ["help"]:
        check(any(" ".join(command[1:]).startswith(word) for word in words), f"{name}: tollgate has no word '{' '.join(command[1:])}'")

# Secrets: what a service mounts is declared, what it reads from /run/secrets it mounts, and each is documented and made by `tollgate secrets make`.
declared = set(compose["secrets"])
made = set(re.findall(r'= "([a-z-]+\.[a-z]+)"', (root / "Sources/Control/Secrets/SecretName.swift").read_text()))
documented = (root / "deploy/secrets.md").read_text()
check(declared <= made, f"nobody makes the secrets {sorted(declared - made)}")
check(made <= declared, f"docker-compose.yml does not know the secrets {sorted(made - declared)}")
for secret in declared:
    check(f"`{secret}`" in documented, f"deploy/secrets.md does not tell of {secret}")
for name, service in services.items():
    mounted = set(service.get("secrets", []))
    check(mounted <= declared, f"{name} mounts undeclared secrets {sorted(mounted - declared)}")
    text = yaml.safe_dump(service)
    read = set(re.findall(r"/run/secrets/([a-z.-]+)", text))
    check(read <= mounted, f"{name} reads {sorted(read - mounted)}, which it does not mount")

# Who may see what: the API never the keys that open Stripe keys, the workers never the pepper.
check("stripe-api.key" not in services["api"]["secrets"], "the API must not see stripe-api.key")
for name, service in services.items():
    if name.endswith("-worker"):
        check("api-key.pepper" not in service["secrets"], f"{name} must not see the pepper")
        check("front" not in service["networks"], f"{name} must not be reachable from outside")

# Settings: every one is documented.
settings = (root / "deploy/settings.md").read_text()
for name, service in services.items():
    for variable in service.get("environment", {}):
        if variable.startswith(("TOLLGATE_", "STANDIN_", "STRIPE_")):
            check(f"`{re.sub('_FILE$', '', variable)}`" in settings, f"{name}: deploy/settings.md does not tell of {variable}")

# Dependencies exist, and networks and volumes are declared.
for name, service in services.items():
    for other in service.get("depends_on", {}):
        check(other in services, f"{name} depends on {other}, which is no service")
    for network in service.get("networks", []):
        check(network in compose["networks"], f"{name} is in network {network}, which is not declared")

# The image.
dockerfile = (root / "deploy/Dockerfile").read_text()
for source in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.M):
    check((root / source).exists(), f"the Dockerfile copies {source}, which is not there")
packages = set(re.findall(r"\blib[a-z0-9-]+|\bca-certificates\b|\bpkg-config\b|\btzdata\b", " ".join(re.findall(r"apt-get install[^&]*", dockerfile))))
for name in sorted(packages):
    found = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True)
    check(found.returncode == 0, f"Debian has no package {name}")
collected = set(re.findall(r"[a-z][a-z-]+", re.search(r"programs=\(([^)]*)\)", (root / "deploy/collect-runtime").read_text()).group(1)))
check(products - {"tollgate-bench"} <= collected, f"the image lacks {sorted(products - collected)}")

for problem in problems:
    print("BAD  " + problem)
print(f"{len(services)} services, {len(declared)} secrets, {len(packages)} packages: " + ("fine" if not problems else f"{len(problems)} problems"))
sys.exit(1 if problems else 0)
