# Each command is one dotnet command; further arguments are passed on.
param(
    [ValidateSet('serve', 'report', 'test', 'bench', 'publish')][string]$Command = 'serve',
    [Parameter(ValueFromRemainingArguments)][string[]]$Rest)
Set-Location $PSScriptRoot
switch ($Command) {
    'serve' { dotnet run -c Release --project src/DaxProxy -- serve @Rest }
    'report' { dotnet run -c Release --project src/DaxProxy -- report @Rest }
    'test' { dotnet test -c Release @Rest }
    'bench' { dotnet run -c Release --project bench/DaxProxy.Bench -- @Rest }
    'publish' { dotnet publish src/DaxProxy -c Release --use-current-runtime -o artifacts/daxproxy @Rest }
}
exit $LASTEXITCODE
