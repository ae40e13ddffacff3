@echo off
rem The door for a person with a fresh checkout on Windows: finds a Python and hands over to cli\bootstrap.py.
rem The upper bound is Qt's: the locked PySide6 has no build for Python 3.14.
setlocal
set "here=%~dp0"
for %%v in (3.13 3.12 3.11) do (
    py -%%v -c "" >nul 2>nul && (
        set "python=py -%%v"
        goto found
    )
)
set "python=python"
python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul && goto found
echo Nuskha needs Python 3.11, 3.12 or 3.13, and none was found on the PATH. 1>&2
exit /b 1

:found
%python% -I -S "%here%cli\bootstrap.py" %*
exit /b %errorlevel%
